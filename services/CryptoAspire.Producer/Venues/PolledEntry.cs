using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues;

/// <summary>One source that is polled: its name, where it is reached, and how its reader is made.</summary>
/// <param name="Name">As in <c>Feeds:Venues</c>, in <c>source</c> and as the simulator's path.</param>
/// <param name="Live">Its own address; <c>Feeds:&lt;Name&gt;:Rest</c> replaces it.</param>
internal sealed record PolledEntry(string Name, Uri Live, RestLimit Limit, Func<PolledContext, IPolledSource> Create)
{
    /// <summary>The setting without which the source is not read: its key.</summary>
    public string? Needs { get; init; }

    /// <summary>A capture holds what this source tells; what the simulator invents beside a capture must not pass for replayed.</summary>
    public bool IsRecorded { get; init; } = true;
}
