using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>The transaction of one or several batches at READ COMMITTED; disposing of it without a commit rolls it back.</summary>
internal interface ISilverTransaction : IAsyncDisposable
{
    /// <summary>Moves the fences from the batches' starts to their ends, adds the rows, and writes everything else.</summary>
    /// <param name="states">Batches of different partitions of one topic, without a symbol in common.</param>
    /// <param name="cancel">Ends the wait; the transaction can only be rolled back then.</param>
    /// <returns>The candles that changed; null: a fence stands elsewhere, we are not the owner of that partition, and nothing may be committed.</returns>
    /// <exception cref="StaleFeedException">A feed's saved revision is not the one that we loaded.</exception>
    Task<IReadOnlyList<Candle>?> WriteAsync(IReadOnlyList<SilverState> states, CancellationToken cancel);

    Task CommitAsync(CancellationToken cancel);
}
