using CryptoAspire.Storage.Silver;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>One writer's way to the database.</summary>
internal sealed class SimStore(SimProcess process, SimDatabase database) : ISilverStore
{
    private readonly Dictionary<FeedKey, Feed> _remembered = [];

    public Task<Fence> ReadFenceAsync(string topic, int partition, DateTimeOffset now, CancellationToken cancel) => process.AskAsync(
        "read fence",
        () => new Fence(database.Ledger[partition].Next, database.Ledger[partition].CommittedUs),
        cancel,
        () => !database.Locks.ContainsKey(partition),
        () => database.Locks.GetValueOrDefault(partition));

    public Task<bool> SkipAsync(string topic, int partition, long from, long to, string reason, DateTimeOffset now, CancellationToken cancel) =>
        throw new NotSupportedException("The simulated log loses nothing.");

    public Task<Dictionary<FeedKey, Feed>> LoadFeedsAsync(IReadOnlyCollection<FeedKey> keys, CancellationToken cancel) => process.AskAsync(
        "load feeds",
        () =>
        {
            var feeds = new Dictionary<FeedKey, Feed>();
            foreach (var key in keys)
            {
                if (database.Mutation == Mutation.FeedsNotForgotten && _remembered.TryGetValue(key, out var remembered))
                    feeds[key] = new Feed(remembered.Progress, remembered.Contiguous, database.Feeds.GetValueOrDefault(key)?.Revision ?? 0);
                else if (database.Feeds.TryGetValue(key, out var feed))
                    feeds[key] = SimDatabase.Copy(feed, feed.Revision);
                if (feeds.TryGetValue(key, out var loaded))
                    _remembered[key] = loaded;
            }

            return feeds;
        },
        cancel);

    public Task<HashSet<long>> FindTradesAsync(FeedKey key, long[] ids, long fromUs, long toUs, CancellationToken cancel) => process.AskAsync(
        "find trades", () => ids.Where(id => database.Has((key.Source, key.Symbol, id))).ToHashSet(), cancel);

    public Task<HashSet<long>> FindTickersAsync(FeedKey key, long[] timesUs, CancellationToken cancel) => process.AskAsync(
        "find tickers", () => timesUs.Where(time => database.HasTicker(key.Source, key.Symbol, time)).ToHashSet(), cancel);

    public Task<List<SourceMark>> LoadMarksAsync(IReadOnlyCollection<string> symbols, CancellationToken cancel) => process.AskAsync(
        "load marks", () => database.Marks.Values.Where(mark => symbols.Contains(mark.Symbol)).ToList(), cancel);

    public Task EnsureDaysAsync(IEnumerable<long> days, CancellationToken cancel) => Task.CompletedTask;

    public void Forget()
    {
    }

    public Task<ISilverTransaction> BeginAsync(CancellationToken cancel) => process.AskAsync<ISilverTransaction>("begin", () => process.Open(database), cancel);
}
