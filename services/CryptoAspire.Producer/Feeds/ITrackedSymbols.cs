namespace CryptoAspire.Producer.Feeds;

/// <summary>What the users want to be followed, which can change at any time.</summary>
public interface ITrackedSymbols
{
    /// <summary>The wanted symbols at this moment.</summary>
    IReadOnlyList<TrackedSymbol> Current { get; }

    /// <summary>Completes when <see cref="Current"/> is not <paramref name="known"/> any more.</summary>
    Task ChangedAsync(IReadOnlyList<TrackedSymbol> known, CancellationToken cancellation);
}
