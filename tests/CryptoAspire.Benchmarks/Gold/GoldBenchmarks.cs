using System.Diagnostics;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.Benchmarks.Gold;

/// <summary>Gold of one day and fifty symbols, beside the plain SQL aggregate over the same trades.</summary>
internal static class GoldBenchmarks
{
    private const string Section = "Gold: 1 day x 50 symbols";
    private const int Symbols = 50;
    private const int BatchSize = 20_000;
    private static readonly DateTimeOffset Day = new(2024, 8, 8, 0, 0, 0, TimeSpan.Zero);
    private static readonly (GoldGrain Grain, string Table, string Width)[] Grains =
    [
        (GoldGrain.TenMinutes, "gold_10min_metrics", "10 minutes"), (GoldGrain.Hour, "gold_hourly_metrics", "1 hour"), (GoldGrain.Day, "gold_daily_metrics", "24 hours"),
    ];

    public static async Task RunAsync(Report report, bool quick)
    {
        await using var stack = await GoldStack.StartAsync();
        var database = stack.Database;
        var trades = quick ? 200_000 : 1_000_000;
        await FillAsync(database, trades);
        await stack.ExecuteAsync("vacuum analyze");
        report.Add(new(Section, "Silver", "trades", trades, "rows"));
        report.Add(new(Section, "candles of all venues together", "rows", await stack.CountAsync("select count(*) from candle where venue = '*'"), "rows"));

        // 1. Every bucket of the day, from candles, first when all is new.
        var gold = new GoldRoller(database, TimeProvider.System);
        var backfill = new GoldBackfill(database, TimeProvider.System);
        report.Add(new(Section, "10 min + hour + day, first roll", "time", await Clock.TimeAsync(() => RollAsync(gold)), "ms"));
        await stack.ExecuteAsync("analyze");

        // 2. Each grain again, beside the limit: what it says, asked of Silver in SQL.
        var (all, allPlain) = (0.0, 0.0);
        foreach (var (grain, table, width) in Grains)
        {
            var plain = await Clock.MedianAsync(3, () => Task.CompletedTask, () => stack.ExecuteAsync(PlainAggregate(width)));
            var rolled = await Clock.MedianAsync(5, () => backfill.MarkAsync(grain, Day, Day.AddDays(1), [], CancellationToken.None), () => gold.RollAsync(grain, CancellationToken.None));
            (all, allPlain) = (all + rolled, allPlain + plain);
            report.Add(new(Section, $"{table}, {await stack.CountAsync($"select count(*) from {table}")} buckets", "time, median of 5", rolled, "ms", plain, "ms, plain SQL over Silver"));
        }

        report.Add(new(Section, "10 min + hour + day", "time", all, "ms", allPlain, "ms, plain SQL over Silver", Goal: 300, GoalIsCeiling: true));

        // 3. Signals of every candle of the day, beside reading them, and what a late trade costs.
        var signals = new SignalRoller(database, TimeProvider.System);
        var candles = await Clock.MedianAsync(3, () => Task.CompletedTask, () => stack.ExecuteAsync(
            "select symbol, interval, start, high, low, close, volume, revision from candle where venue = '*' order by symbol, interval, start"));
        var first = Stopwatch.StartNew();
        var (_, written) = await signals.RollAsync(CancellationToken.None);
        report.Add(new(Section, "signals of every candle", "time", first.Elapsed.TotalMilliseconds, "ms", candles, "ms, reading the candles"));
        report.Add(new(Section, "signals of every candle", "rate", written / first.Elapsed.TotalSeconds, "rows/s"));
        var late = await Clock.MedianAsync(5, () => LateTradeAsync(stack), async () =>
        {
            await RollAsync(gold);
            await signals.RollAsync(CancellationToken.None);
        });
        report.Add(new(Section, "a late trade, an hour before the end", "Gold + signals", late, "ms"));
    }

    private static async Task RollAsync(GoldRoller gold)
    {
        foreach (var grain in Enum.GetValues<GoldGrain>())
            await gold.RollAsync(grain, CancellationToken.None);
    }

    // As Silver leaves it: the candles changed, the buckets marked.
    private static Task LateTradeAsync(GoldStack stack) => stack.ExecuteAsync(
        """
        update candle set close = close + 0.01, revision = revision + 1
        where symbol = 'C01-USD' and venue = '*' and start <= '2024-08-08 23:00Z' and start + interval::interval > '2024-08-08 23:00Z';
        insert into dirty_bucket (grain, symbol, start, marked_at) values ('10min', 'C01-USD', '2024-08-08 23:00Z', now()), ('hourly', 'C01-USD', '2024-08-08 23:00Z', now())
        """);

    private static string PlainAggregate(string width) =>
        $"""
        select date_bin('{width}', event_time, timestamptz 'epoch') as start, symbol, avg(price), min(price), max(price), sum(size), avg(size), stddev_samp(price), count(*),
               sum(price * size) / sum(size), (array_agg(price order by event_time, source, trade_id))[1], (array_agg(price order by event_time desc, source desc, trade_id desc))[1]
        from crypto_prices_realtime
        where trade_id is not null and event_time >= '2024-08-08Z' and event_time < '2024-08-09Z'
        group by 1, 2
        """;

    private static async Task FillAsync(NpgsqlDataSource database, int trades)
    {
        var writer = new SilverWriter(database, new SilverPartitions(database), TimeProvider.System, "crypto_prices", 0);
        var reader = new BronzeReader();
        var random = new Random(8);
        var offset = await writer.TakeOverAsync(CancellationToken.None);
        var symbols = Enumerable.Range(1, Symbols).Select(i => Symbol.Parse($"C{i:00}-USD")).ToArray();
        while (offset < trades)
        {
            var batch = new SilverBatch("crypto_prices", 0, offset);
            for (var i = offset; i < Math.Min(trades, offset + BatchSize); i++)
            {
                var trade = new Trade
                {
                    Symbol = symbols[i % Symbols],
                    Source = "coinbase",
                    TradeId = i / Symbols + 1,
                    EventTimeUs = UnixMicroseconds.Of(Day) + i * 86_400_000_000L / trades,
                    Price = 1_000 + random.Next(100_000) / 100m,
                    Size = (1 + random.Next(1_000_000)) / 1_000_000m,
                    Side = (Side)random.Next(2),
                };
                batch.Add(reader, i, null, BronzeWriter.ToUtf8(trade), UnixMicroseconds.Of(DateTimeOffset.UtcNow));
            }

            offset = (await writer.CommitAsync(batch, CancellationToken.None)).NextOffset;
        }
    }
}
