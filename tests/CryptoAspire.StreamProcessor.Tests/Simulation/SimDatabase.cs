using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>
/// What PostgreSQL has committed, and who holds which row. Each change is checked against the invariants of DESIGN §5 as it is made:
/// I3 (ledger), I4 (offsets never go back), I5 (revisions only rise); I1 and I2 are checked when all has been read.
/// </summary>
internal sealed class SimDatabase(SimLog log, Mutation mutation)
{
    private readonly Dictionary<(int Partition, long Offset), int> _rows = [];
    private readonly Dictionary<(string Source, string Symbol, long Id), int> _trades = [];
    private readonly List<(int Partition, long Offset)> _quarantine = [];

    public Mutation Mutation => mutation;

    public SimLog Log => log;

    public Dictionary<object, SimTransaction> Locks { get; } = [];

    public LedgerRow[] Ledger { get; } = [new(), new(), new()];

    public Dictionary<FeedKey, Feed> Feeds { get; } = [];

    public Dictionary<FeedKey, SourceMark> Marks { get; } = [];

    public Dictionary<CandleKey, (CandleDelta Delta, long Revision, CandleStatus Status)> Candles { get; } = [];

    public bool IsCaughtUp => Enumerable.Range(0, SimLog.Partitions).All(partition => Ledger[partition].Next == log.End(partition));

    public static Feed Copy(Feed feed, long revision) => new(
        new FeedProgress(feed.Progress.FirstTradeId, feed.Progress.LastTradeId, new MissingIds(feed.Progress.Missing.Ranges)), feed.Contiguous, revision);

    public void Set(int partition, LedgerRow row)
    {
        Check(row.Next >= Ledger[partition].Next, $"I4: the fence of partition {partition} went back from {Ledger[partition].Next} to {row.Next}");
        Check(row.Consumed == row.Rows + row.Duplicates + row.Quarantined && row.Next == row.Consumed + row.Skipped, $"I3: the ledger of partition {partition} does not balance: {row}");
        Ledger[partition] = row;
    }

    public void AddRow((int Partition, long Offset) row)
    {
        _rows[row] = _rows.GetValueOrDefault(row) + 1;
        var record = log.Record(row.Partition, row.Offset);
        if (record.Kind == BronzeKind.Trade)
        {
            var trade = (record.Source, record.Symbol.Name, record.TradeId);
            _trades[trade] = _trades.GetValueOrDefault(trade) + 1;
        }
    }

    public bool Has((string Source, string Symbol, long Id) trade) => _trades.ContainsKey(trade);

    public void AddQuarantined(int partition, IEnumerable<long> offsets) => _quarantine.AddRange(offsets.Select(offset => (partition, offset)));

    public void Merge(CandleStatements.Row row)
    {
        var (delta, revision, status) = Candles.TryGetValue(row.Key, out var kept) ? kept : (default, 0L, row.Status);
        delta.Merge(row.Delta);
        Set(row.Key, delta, revision + 1, revision == 0 ? row.Status : status != CandleStatus.Open ? CandleStatus.Corrected : row.Status == CandleStatus.Open ? CandleStatus.Open : CandleStatus.Final);
    }

    public bool HasTicker(string source, string symbol, long eventUs) => _rows.Keys.Any(at =>
        log.Record(at.Partition, at.Offset) is { Kind: BronzeKind.Ticker } record && (record.Source, record.Symbol.Name, record.EventTimeUs) == (source, symbol, eventUs));

    public void Finish((string Symbol, string Venue, long WatermarkUs) mark)
    {
        foreach (var (key, candle) in Candles.ToList())
        {
            if (key.Symbol == mark.Symbol && key.Venue == mark.Venue && candle.Status == CandleStatus.Open && key.EndUs <= mark.WatermarkUs)
                Set(key, candle.Delta, candle.Revision + 1, CandleStatus.Final);
        }
    }

    /// <summary>I1 and I2, and that tickers of one moment and bad records are kept once each.</summary>
    public void CheckFinal()
    {
        foreach (var (trade, count) in _trades)
            Check(count == 1, $"I1: {trade} is in Silver {count} times");
        foreach (var trade in log.Trades)
            Check(_trades.ContainsKey(trade), $"I1: {trade} is not in Silver");
        Check(_rows.Values.All(static count => count == 1), "I1: an offset is in Silver more than once");
        // Where a symbol is in several partitions their writers may take the same ticker at once.
        var tickers = _rows.Count - log.Trades.Count;
        Check(tickers >= log.Tickers.Count && (log.IsSpread || tickers == log.Tickers.Count), $"I1: Silver has {_rows.Count} rows instead of {log.Trades.Count} trades and {log.Tickers.Count} tickers");
        Check(_quarantine.Count == log.Bad && _quarantine.Distinct().Count() == log.Bad, $"{_quarantine.Count} records in quarantine instead of {log.Bad}");

        var fold = new CandleFold();
        foreach (var (partition, offset) in _rows.Keys)
        {
            if (log.Record(partition, offset) is { Kind: BronzeKind.Trade } record)
                fold.Add(record.ToTrade());
        }

        var expected = fold.ToCandles();
        Check(expected.Count == Candles.Count, $"I2: {Candles.Count} candles instead of {expected.Count}");
        foreach (var (key, delta) in expected)
            Check(Candles[key].Delta == delta, $"I2: {key} is {Candles[key].Delta} instead of {delta}");
    }

    public static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvariantException(otherwise);
    }

    private void Set(CandleKey key, in CandleDelta delta, long revision, CandleStatus status)
    {
        if (Candles.TryGetValue(key, out var kept))
        {
            Check(revision > kept.Revision, $"I5: the revision of {key} went from {kept.Revision} to {revision}");
            Check(delta.TradeCount >= kept.Delta.TradeCount, $"I5: {key} lost trades");
            Check(kept.Status == CandleStatus.Open || status == CandleStatus.Corrected, $"{key} went from {kept.Status} to {status}");
        }

        Candles[key] = (delta, revision, status);
    }

    internal sealed record LedgerRow(long Next = 0, long Consumed = 0, long Rows = 0, long Duplicates = 0, long Quarantined = 0, long Skipped = 0, long CommittedUs = 0);
}
