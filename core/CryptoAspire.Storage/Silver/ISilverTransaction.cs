using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>One batch's transaction at READ COMMITTED; disposing of it without a commit rolls it back.</summary>
internal interface ISilverTransaction : IAsyncDisposable
{
    /// <summary>Moves the fence from the batch's start to its end and counts; false: it stands elsewhere, we are not the owner.</summary>
    Task<bool> AdvanceFenceAsync(SilverBatch batch, int rows, int duplicates, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Adds the rows.</summary>
    Task CopyAsync(SilverCopy rows, CancellationToken cancel);

    /// <summary>Writes everything else.</summary>
    /// <returns>The candles that changed.</returns>
    /// <exception cref="StaleFeedException">A feed's saved revision is not the one that we loaded.</exception>
    Task<IReadOnlyList<Candle>> WriteAsync(SilverState state, CancellationToken cancel);

    Task CommitAsync(CancellationToken cancel);
}
