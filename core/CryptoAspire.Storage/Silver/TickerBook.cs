using System.Runtime.InteropServices;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// New or seen, of tickers: a source tells one of a symbol at a moment, so a second with the same event time is another producer's copy. The newest moments of each
/// feed are remembered; of older ones, and of a feed that was not heard before, Silver is asked.
/// </summary>
internal sealed class TickerBook(ISilverStore store)
{
    private static readonly HashSet<long> Nothing = [];

    private readonly Dictionary<FeedKey, Memory> _feeds = [];           // committed
    private readonly Dictionary<FeedKey, HashSet<long>> _found = [];    // what Silver has of the batch's doubtful moments
    private readonly Dictionary<FeedKey, HashSet<long>> _taken = [];    // what the batch adds

    /// <summary>Asks Silver for what memory does not tell.</summary>
    public async Task PrepareAsync(SilverBatch batch, CancellationToken cancel)
    {
        _found.Clear();
        _taken.Clear();
        Dictionary<FeedKey, HashSet<long>>? doubtful = null;
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(batch.Records))
        {
            ref readonly var record = ref row.Record;
            if (record.Kind != BronzeKind.Ticker)
                continue;
            var key = new FeedKey(record.Source, record.Symbol.Name);
            if (_feeds.TryGetValue(key, out var feed) && feed.Tells(record.EventTimeUs))
                continue;
            doubtful ??= [];
            (CollectionsMarshal.GetValueRefOrAddDefault(doubtful, key, out _) ??= []).Add(record.EventTimeUs);
        }

        foreach (var (key, times) in doubtful ?? [])
            _found[key] = await store.FindTickersAsync(key, [.. times], cancel);
    }

    /// <summary>Decides one ticker.</summary>
    public bool TryTake(in BronzeRecord ticker)
    {
        var (key, time) = (new FeedKey(ticker.Source, ticker.Symbol.Name), ticker.EventTimeUs);
        var isKnown = _feeds.TryGetValue(key, out var feed) && feed.Tells(time) ? feed.Has(time) : _found.GetValueOrDefault(key, Nothing).Contains(time);
        return !isKnown && (CollectionsMarshal.GetValueRefOrAddDefault(_taken, key, out _) ??= []).Add(time);
    }

    /// <summary>The batch is committed.</summary>
    public void Accept()
    {
        foreach (var (key, times) in _taken)
        {
            if (_feeds.TryGetValue(key, out var feed))
                feed.Add(times);
            else
                _feeds[key] = new Memory(times.Max());
        }

        _taken.Clear();
    }

    /// <summary>Forgets everything; Silver knows it.</summary>
    public void Forget()
    {
        _feeds.Clear();
        _found.Clear();
        _taken.Clear();
    }

    /// <summary>The moments of a feed after <paramref name="floor"/>.</summary>
    private sealed class Memory(long floor)
    {
        private const int Most = 256;

        private readonly HashSet<long> _times = [];
        private long _floor = floor;

        /// <summary>Whether it is remembered if there was a ticker.</summary>
        public bool Tells(long time) => time > _floor;

        public bool Has(long time) => _times.Contains(time);

        public void Add(IEnumerable<long> times)
        {
            foreach (var time in times)
            {
                if (time > _floor)
                    _times.Add(time);
            }

            if (_times.Count <= Most)
                return;
            foreach (var old in _times.Order().Take(_times.Count - Most / 2).ToList())
            {
                _times.Remove(old);
                _floor = old;
            }
        }
    }
}
