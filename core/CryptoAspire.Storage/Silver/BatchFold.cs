using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>What the accepted records of one batch come to: rows to copy, deltas, latest prices, Gold buckets. Reused from batch to batch.</summary>
internal sealed class BatchFold
{
    private readonly Dictionary<FeedKey, LatestPriceStatement.Row> _latest = [];
    private readonly CandleFold _candles = new();
    private long _lastDay = long.MinValue;

    public SilverCopy Rows { get; } = new();

    public int RowCount { get; private set; }

    public HashSet<long> Days { get; } = [];

    public IReadOnlyDictionary<FeedKey, LatestPriceStatement.Row> Latest => _latest;

    public void Reset()
    {
        Rows.Reset();
        RowCount = 0;
        Days.Clear();
        _lastDay = long.MinValue;
        _latest.Clear();
        _candles.Clear();
    }

    /// <summary>Adds one accepted record.</summary>
    public void Add(int partition, in SilverRecord row, long processedUs)
    {
        ref readonly var record = ref row.Record;
        Rows.Add(row.Offset, partition, record, processedUs);
        RowCount++;
        var day = Interval.OneDay.StartOf(record.EventTimeUs);
        if (day != _lastDay)
            Days.Add(_lastDay = day);
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, new FeedKey(record.Source, record.Symbol.Name), out var known);
        latest.Add(record, processedUs, first: !known);
        if (record.Kind == BronzeKind.Trade)
            _candles.Add(record.ToTrade());
    }

    /// <summary>The candles' deltas, sorted by key, labelled by the watermarks before and after the batch.</summary>
    public List<CandleStatements.Row> Candles(Func<CandleKey, long> before, Func<CandleKey, long> after)
    {
        var rows = new List<CandleStatements.Row>();
        foreach (var (key, delta) in _candles.ToCandles())
        {
            var status = key.EndUs <= before(key) ? CandleStatus.Corrected : key.EndUs <= after(key) ? CandleStatus.Final : CandleStatus.Open;
            rows.Add(new CandleStatements.Row(key, delta, status));
        }

        rows.Sort(static (a, b) => Compare(a.Key, b.Key));
        return rows;
    }

    /// <summary>The Gold buckets of the candles, sorted.</summary>
    public static List<(string Grain, string Symbol, long StartUs)> DirtyBuckets(IReadOnlyList<CandleStatements.Row> candles)
    {
        var buckets = new SortedSet<(string Grain, string Symbol, long StartUs)>();
        foreach (var row in candles)
        {
            if (row.Key is { Interval: Interval.OneMinute, Venue: Venue.All })
            {
                buckets.Add(("10min", row.Key.Symbol, row.Key.StartUs - row.Key.StartUs % 600_000_000));
                buckets.Add(("hourly", row.Key.Symbol, Interval.OneHour.StartOf(row.Key.StartUs)));
            }
        }

        return [.. buckets];
    }

    private static int Compare(in CandleKey a, in CandleKey b)
    {
        var order = string.CompareOrdinal(a.Symbol, b.Symbol);
        if (order == 0)
            order = string.CompareOrdinal(a.Venue, b.Venue);
        if (order == 0)
            order = a.Interval.CompareTo(b.Interval);
        return order != 0 ? order : a.StartUs.CompareTo(b.StartUs);
    }
}
