namespace CryptoAspire.Producer.Feeds;

/// <summary>The symbols of the configuration, when there is no table to follow.</summary>
internal sealed class FixedSymbols(IEnumerable<string> names) : ITrackedSymbols
{
    public IReadOnlyList<TrackedSymbol> Current { get; } = [.. names.Select(n => new TrackedSymbol(n))];

    public Task ChangedAsync(IReadOnlyList<TrackedSymbol> known, CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);
}
