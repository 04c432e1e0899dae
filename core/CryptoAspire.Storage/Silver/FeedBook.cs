using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>New or seen? The progress of the feeds in one partition, loaded as they appear and forgotten whenever a commit is in doubt.</summary>
internal sealed class FeedBook(ISilverStore store)
{
    // A venue may tell one trade's time to the millisecond on its socket and to the second elsewhere.
    private const long SameTradeUs = 1_000_000;

    private readonly Dictionary<FeedKey, Feed> _feeds = [];
    private readonly Dictionary<FeedKey, HashSet<long>> _seenSparse = [];
    private readonly List<KeyValuePair<FeedKey, Feed>> _changed = [];

    /// <summary>Loads what the batch needs; a feed without a row starts at nothing.</summary>
    public async Task PrepareAsync(SilverBatch batch, CancellationToken cancel)
    {
        _seenSparse.Clear();
        var absent = new HashSet<FeedKey>();
        Dictionary<FeedKey, List<(long Id, long EventTimeUs)>>? sparse = null;
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(batch.Records))
        {
            ref readonly var record = ref row.Record;
            if (record.Kind != BronzeKind.Trade)
                continue;
            var key = new FeedKey(record.Source, record.Symbol.Name);
            if (!_feeds.TryGetValue(key, out var feed))
                absent.Add(key);
            if (feed is { Contiguous: true })
                continue;
            sparse ??= [];
            (CollectionsMarshal.GetValueRefOrAddDefault(sparse, key, out _) ??= []).Add((record.TradeId, record.EventTimeUs));
        }

        if (absent.Count > 0)
        {
            var loaded = await store.LoadFeedsAsync(absent, cancel);
            foreach (var key in absent)
                _feeds[key] = loaded.GetValueOrDefault(key) ?? new Feed(new FeedProgress(), Venue.OfSource(key.Source).ContiguousTradeIds, revision: 0);
        }

        foreach (var (key, trades) in sparse ?? [])
            await PrepareSparseAsync(key, trades, cancel);
    }

    /// <summary>Decides one trade.</summary>
    public bool TryTake(in BronzeRecord trade)
    {
        var key = new FeedKey(trade.Source, trade.Symbol.Name);
        var feed = _feeds[key];
        var isNew = feed.Contiguous ? TryTakeContiguous(feed, trade.TradeId) : TryTakeSparse(key, feed, trade.TradeId);
        feed.Changed |= isNew;
        return isNew;
    }

    /// <summary>What the batch changed; the same list at each call.</summary>
    public List<KeyValuePair<FeedKey, Feed>> Changed()
    {
        _changed.Clear();
        foreach (var feed in _feeds)
        {
            if (feed.Value.Changed)
                _changed.Add(feed);
        }

        return _changed;
    }

    /// <summary>The batch is committed: what was changed is now what is saved.</summary>
    public void Accept()
    {
        foreach (var feed in _feeds.Values)
        {
            if (!feed.Changed)
                continue;
            feed.Revision++;
            feed.Changed = false;
            feed.FilledHole = false;
            feed.NewGaps.Clear();
        }
    }

    /// <summary>Forgets everything; it is loaded again when needed.</summary>
    public void Forget()
    {
        _feeds.Clear();
        _seenSparse.Clear();
    }

    private static bool TryTakeContiguous(Feed feed, long id)
    {
        var fillsHole = id <= feed.Progress.LastTradeId;
        if (!feed.Progress.TryTake(id, out var gap))
            return false;
        feed.FilledHole |= fillsHole;
        if (gap is { } hole)
            feed.NewGaps.Add(hole);
        return true;
    }

    private bool TryTakeSparse(FeedKey key, Feed feed, long id)
    {
        if (!_seenSparse[key].Add(id))
            return false;
        feed.Progress.NoteSparse(id);
        return true;
    }

    private async Task PrepareSparseAsync(FeedKey key, List<(long Id, long EventTimeUs)> trades, CancellationToken cancel)
    {
        var feed = _feeds[key];
        if (feed.Contiguous)
            return;
        var old = trades.Where(trade => trade.Id <= feed.Progress.LastTradeId).ToList();
        _seenSparse[key] = old.Count == 0
            ? []
            : await store.FindTradesAsync(
                key,
                old.Select(static trade => trade.Id).ToArray(),
                old.Min(static trade => trade.EventTimeUs) - SameTradeUs,
                old.Max(static trade => trade.EventTimeUs) + SameTradeUs,
                cancel);
    }
}
