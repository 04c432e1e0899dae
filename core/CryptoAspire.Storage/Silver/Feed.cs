using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>A feed's progress as this writer knows it.</summary>
internal sealed class Feed(FeedProgress progress, bool contiguous, long revision)
{
    public FeedProgress Progress { get; } = progress;

    /// <summary>True when the venue's ids are contiguous, so that progress alone tells new from seen.</summary>
    public bool Contiguous { get; } = contiguous;

    /// <summary>The saved revision; 0 when there is no row yet.</summary>
    public long Revision { get; set; } = revision;

    /// <summary>Holes opened by the batch at hand.</summary>
    public List<(long First, long Last)> NewGaps { get; } = [];

    /// <summary>True when the batch at hand filled a hole.</summary>
    public bool FilledHole { get; set; }

    /// <summary>True when the batch at hand changed anything.</summary>
    public bool Changed { get; set; }
}
