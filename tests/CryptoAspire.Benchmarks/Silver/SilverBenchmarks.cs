using CryptoAspire.Market;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>Everything that the issue "Silver" asks to be measured, in parts that can be run alone.</summary>
internal static class SilverBenchmarks
{
    public static readonly string[] Parts = ["catchup", "latency", "takeover", "symbols", "growth"];

    private const int EventsPerSecond = 200;

    public static async Task RunAsync(Report report, IReadOnlyCollection<string> parts, long ticks, TimeSpan latencyDuration, long[] levels)
    {
        if (parts.Contains("catchup"))
            await MeasureCatchUpAsync(report, ticks);
        if (parts.Contains("latency"))
            await MeasureLatencyAsync(report, latencyDuration);
        if (parts.Contains("takeover"))
            await MeasureTakeOverAsync(report);
        if (parts.Contains("symbols"))
            await MeasureSymbolsAsync(report, Math.Min(ticks, 1_000_000));
        if (parts.Contains("growth"))
            await MeasureGrowthAsync(report, levels, Math.Min(ticks, 1_000_000));
    }

    private static async Task MeasureCatchUpAsync(Report report, long ticks)
    {
        await using var stack = await SilverStack.StartAsync();
        stack.Produce(Tape(5, ticks), ticks);
        var consumed = RawLimits.Consume(stack, ticks);
        var outcome = await CatchUpBenchmark.RunAsync(stack, ticks);
        await CheckAsync(stack, ticks);
        await stack.StopProcessorAsync();
        var (npgsql, psql) = await RawLimits.CopyAsync(stack);

        const string limits = "Limits: the same rows without our part";
        report.Add(new(limits, $"{ticks:N0} ticks of 5 symbols, 2 venues", "(a) consumed by librdkafka", consumed, "ticks/s"));
        report.Add(new(limits, $"{ticks:N0} ticks of 5 symbols, 2 venues", "(b) COPY by Npgsql", npgsql, "ticks/s"));
        report.Add(new(limits, $"{ticks:N0} ticks of 5 symbols, 2 venues", "(b) COPY by psql", psql, "ticks/s"));
        var limit = Math.Min(consumed, Math.Max(npgsql, psql));
        CatchUpBenchmark.Add(report, "Catch-up: Kafka to committed Silver and candles", $"(c) {ticks:N0} ticks, 12 partitions", outcome, limit, "slower of (a), (b)", goal: Math.Max(200_000, 0.6 * limit));
    }

    private static async Task MeasureLatencyAsync(Report report, TimeSpan duration)
    {
        await using var stack = await SilverStack.StartAsync();
        await stack.StartProcessorAsync();
        foreach (var (rate, goal) in new (int, (double, double)?)[] { (1_000, (12, 40)), (10_000, null), (50_000, null) })
            await CommitLatencyBenchmark.RunAsync(report, stack, rate, duration / 4, duration, goal);
    }

    private static async Task MeasureTakeOverAsync(Report report)
    {
        await using var stack = await SilverStack.StartAsync();
        await TakeOverBenchmark.RunAsync(report, stack);
    }

    private static async Task MeasureGrowthAsync(Report report, long[] levels, long ticks)
    {
        await using var stack = await SilverStack.StartAsync();
        var tape = Tape(5, levels[^1] + levels.Length * ticks);
        double? first = null;
        foreach (var level in levels)
        {
            var fill = level - await stack.CommittedAsync();
            if (fill > 0)
            {
                stack.Produce(tape, fill);
                await CatchUpBenchmark.RunAsync(stack, fill);
                await stack.StopProcessorAsync();
            }

            stack.Produce(tape, ticks);
            var outcome = await CatchUpBenchmark.RunAsync(stack, ticks);
            first ??= outcome.TicksPerSecond;
            var what = $"{ticks:N0} ticks on top of {level:N0}";
            report.Add(new("Growth", what, "committed", outcome.TicksPerSecond, "ticks/s", first, "with the first level", 0.9 * first));
            report.Add(new("Growth", what, "CPU, PostgreSQL", outcome.Postgres.CpuSeconds * 1e6 / ticks, "µs/tick"));
            report.Add(new("Growth", what, "dead rows of the hot tables", await stack.ScalarAsync<long>(DeadRows), "rows"));
            report.Add(new("Growth", what, "size of the hot tables", await stack.ScalarAsync<long>(HotBytes) / 1048576.0, "MiB"));
            report.Add(new("Growth", what, "autovacuum runs on them", await stack.ScalarAsync<long>(Vacuums), "runs"));
            await LineageBenchmark.RunAsync(report, stack, $"{level + ticks:N0} rows");
            await stack.StopProcessorAsync();
        }
    }

    private static async Task MeasureSymbolsAsync(Report report, long ticks)
    {
        foreach (var symbols in new[] { 5, 50, 500 })
        {
            await using var stack = await SilverStack.StartAsync();
            stack.Produce(Tape(symbols, ticks), ticks);
            var outcome = await CatchUpBenchmark.RunAsync(stack, ticks);
            await CheckAsync(stack, ticks);
            CatchUpBenchmark.Add(report, "Symbols", $"{symbols} symbols, {ticks:N0} ticks", outcome);
        }
    }

    // A fast processor that loses trades would be no news: the sums must be right.
    private static async Task CheckAsync(SilverStack stack, long ticks)
    {
        var rows = await stack.ScalarAsync<long>("select count(*) from crypto_prices_realtime");
        var candles = await stack.ScalarAsync<decimal>("select sum(trade_count) from candle where venue = '*' and interval = '1m'");
        if (rows != ticks || candles != ticks)
            throw new InvalidOperationException($"{rows:N0} rows and candles of {candles:N0} trades for {ticks:N0} produced.");
    }

    private static TradeTape Tape(int symbols, long ticks) =>
        new(symbols, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - ticks / EventsPerSecond) * 1_000_000, EventsPerSecond);

    private const string HotTables = "('candle', 'feed_progress', 'stream_offset', 'latest_price', 'dirty_bucket')";

    private const string DeadRows = $"select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_user_tables where relname in {HotTables}";

    private const string HotBytes = $"select sum(pg_total_relation_size(relid))::bigint from pg_stat_user_tables where relname in {HotTables}";

    private const string Vacuums = $"select sum(autovacuum_count)::bigint from pg_stat_user_tables where relname in {HotTables}";
}
