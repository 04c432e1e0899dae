using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// What <see cref="SilverWriter"/> asks of the database, so that its decisions can be driven by a simulation that crashes at each step
/// (tests/CryptoAspire.StreamProcessor.Tests/Simulation) as well as by PostgreSQL.
/// </summary>
internal interface ISilverStore
{
    /// <summary>Where the fence stands, after any transaction that still holds it has ended; made at offset 0 when there is none.</summary>
    Task<Fence> ReadFenceAsync(string topic, int partition, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Moves the fence over offsets that Kafka does not have, with an incident; false when it was not at <paramref name="from"/>.</summary>
    Task<bool> SkipAsync(string topic, int partition, long from, long to, string reason, DateTimeOffset now, CancellationToken cancel);

    /// <summary>The saved progress of those feeds that have any.</summary>
    Task<Dictionary<FeedKey, Feed>> LoadFeedsAsync(IReadOnlyCollection<FeedKey> keys, CancellationToken cancel);

    /// <summary>Which of the trade ids Silver has, of event times within the bounds.</summary>
    Task<HashSet<long>> FindTradesAsync(FeedKey key, long[] ids, long fromUs, long toUs, CancellationToken cancel);

    /// <summary>At which of these event times (Unix µs) Silver has a ticker of the feed.</summary>
    Task<HashSet<long>> FindTickersAsync(FeedKey key, long[] timesUs, CancellationToken cancel);

    /// <summary>The newest committed event of each source of the symbols.</summary>
    Task<List<SourceMark>> LoadMarksAsync(IReadOnlyCollection<string> symbols, CancellationToken cancel);

    /// <summary>Sees to it that rows of these days (Unix microseconds) can be written.</summary>
    Task EnsureDaysAsync(IEnumerable<long> days, CancellationToken cancel);

    /// <summary>Drops what is remembered between batches.</summary>
    void Forget();

    Task<ISilverTransaction> BeginAsync(CancellationToken cancel);
}
