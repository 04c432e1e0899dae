namespace CryptoAspire.Producer.Feeds;

/// <summary>What is known about the feeds at this moment.</summary>
public sealed class FeedBoard
{
    /// <summary>Null until the mode is decided.</summary>
    public FeedPlan? Plan { get; internal set; }

    public IReadOnlyList<FeedStatus> Feeds { get; internal set; } = [];
}
