using CryptoAspire.Market;

namespace CryptoAspire.Storage.Quality;

/// <summary>
/// Rows that expectations look at. Silver: what was committed in the window, however old its events. Candles and Gold: the window before the
/// newest event of each symbol and source that had any in the last day, so that replayed history is looked at like the present.
/// </summary>
/// <param name="Name">What the YAML file calls it.</param>
/// <param name="Rows">SQL of a relation with the columns symbol and venue; $1 and $2 are the window's ends.</param>
/// <param name="Keys">Columns that tell a failing row.</param>
/// <param name="Grain">Its grain in dirty_bucket and its width, for Gold.</param>
public sealed record QualityDataset(string Name, string Rows, IReadOnlyList<string> Keys, (string Name, string Width)? Grain = null)
{
    private const string Symbols = "(select symbol, max(event_time) as newest from latest_price where processed_at > $2 - interval '24 hours' group by symbol)";

    /// <summary>The names that there are.</summary>
    public static readonly IReadOnlyList<string> Names = ["silver", "latest", "candle", "gold_10min", "gold_hourly", "gold_daily"];

    private static readonly string[] CandleKeys = ["interval", "start", "open", "high", "low", "close", "volume", "trade_count", "revision"];
    private static readonly string[] GoldKeys = ["start", "open", "close", "min_price", "max_price", "total_volume", "record_count", "vwap"];

    public static QualityDataset Of(ExpectationRule rule) => rule.On switch
    {
        "latest" => new("latest", "(select l.*, l.source as venue from latest_price l where l.processed_at >= $1 and l.processed_at <= $2)", ["price", "event_time", "processed_at"]),
        "candle" => Candles(rule.Interval),
        "gold_10min" => Gold("gold_10min", "gold_10min_metrics", "window_start", "10min", "10 minutes"),
        "gold_hourly" => Gold("gold_hourly", "gold_hourly_metrics", "hour_timestamp", "hourly", "1 hour"),
        "gold_daily" => Gold("gold_daily", "gold_daily_metrics", "day", "daily", "24 hours"),
        _ => new(
            "silver",
            "(select r.*, r.source as venue from crypto_prices_realtime r where r.processed_at >= $1 and r.processed_at < $2)",
            ["kafka_partition", "kafka_offset", "event_time", "trade_id", "price", "size", "side"]),
    };

    private static QualityDataset Candles(string interval) => new(
        "candle",
        $"""
        (select c.*
         from (select symbol, coalesce(source, '*') as venue, max(event_time) as newest from latest_price where processed_at > $2 - interval '24 hours'
               group by grouping sets ((symbol, source), (symbol))) p
         cross join lateral (
             select * from candle k where k.symbol = p.symbol and k.venue = p.venue and k.interval = '{Intervals.Parse(interval).Name()}' and k.start > p.newest - ($2 - $1)
         ) c)
        """,
        CandleKeys);

    private static QualityDataset Gold(string name, string table, string time, string grain, string width) => new(
        name,
        $"""
        (select g.*, g.{time} as start, '*' as venue
         from {Symbols} p
         cross join lateral (select * from {table} k where k.symbol = p.symbol and k.{time} > p.newest - ($2 - $1)) g)
        """,
        GoldKeys,
        (grain, width));
}
