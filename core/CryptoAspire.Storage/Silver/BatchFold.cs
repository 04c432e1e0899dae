using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>What the accepted records of one batch come to: rows to copy, deltas, latest prices, Gold buckets. Reused from batch to batch.</summary>
internal sealed class BatchFold
{
    private readonly Dictionary<FeedKey, LatestPriceStatement.Row> _latest = [];
    private readonly CandleFold _candles = new();
    private readonly List<(int Record, long ProcessedUs)> _accepted = [];
    private readonly List<CandleStatements.Row> _rows = [];
    private long _lastDay = long.MinValue;

    public SilverCopy Rows { get; } = new();

    /// <summary>The records that became rows, by their places in the batch.</summary>
    public IReadOnlyList<(int Record, long ProcessedUs)> Accepted => _accepted;

    public HashSet<long> Days { get; } = [];

    public IReadOnlyDictionary<FeedKey, LatestPriceStatement.Row> Latest => _latest;

    public void Reset()
    {
        Rows.Reset();
        _accepted.Clear();
        Days.Clear();
        _lastDay = long.MinValue;
        _latest.Clear();
        _candles.Clear();
    }

    /// <summary>Adds one accepted record.</summary>
    public void Add(int partition, int place, in SilverRecord row, long processedUs)
    {
        ref readonly var record = ref row.Record;
        Rows.Add(row.Offset, partition, record, processedUs);
        _accepted.Add((place, processedUs));
        var day = Interval.OneDay.StartOf(record.EventTimeUs);
        if (day != _lastDay)
            Days.Add(_lastDay = day);
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, new FeedKey(record.Source, record.Symbol.Name), out var known);
        latest.Add(record, processedUs, first: !known);
        if (record.Kind == BronzeKind.Trade)
            _candles.Add(record.ToTrade());
    }

    /// <summary>The candles' deltas, labelled by the watermarks before and after the batch.</summary>
    public List<CandleStatements.Row> Candles(Func<CandleKey, long> before, Func<CandleKey, long> after)
    {
        _rows.Clear();
        foreach (var (key, delta) in _candles.ToCandles())
        {
            var status = key.EndUs <= before(key) ? CandleStatus.Corrected : key.EndUs <= after(key) ? CandleStatus.Final : CandleStatus.Open;
            _rows.Add(new CandleStatements.Row(key, delta, status));
        }

        return _rows;
    }
}
