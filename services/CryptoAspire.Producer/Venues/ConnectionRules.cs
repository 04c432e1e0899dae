namespace CryptoAspire.Producer.Venues;

/// <summary>What one connection of a venue may carry and how long it lives.</summary>
/// <param name="MaxInstruments">More instruments than this are spread over several connections.</param>
public sealed record ConnectionRules(int MaxInstruments)
{
    /// <summary>The venue cuts a connection of this age; it is replaced before, and the two overlap. Null: no such limit.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Least time between two requests of ours on one connection.</summary>
    public TimeSpan RequestInterval { get; init; } = TimeSpan.FromMilliseconds(100);
}
