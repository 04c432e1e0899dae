using CryptoAspire.AggregationScheduler.Quality;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks.Gold;

/// <summary>The expectations that we ship over an hour of Silver, beside a plain sequential scan of the same rows.</summary>
internal static class QualityBenchmark
{
    private const string Section = "Quality: the expectations that we ship, over the Silver rows of an hour";

    // The hour lies in two day partitions.
    private static readonly DateTimeOffset From = new(2024, 8, 8, 23, 20, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = From.AddHours(1);

    // PostgreSQL would otherwise take the index on times, which here is every page too.
    private const string Plain = "set enable_bitmapscan = off; select symbol, source, count(*), count(size), min(price), max(price) from crypto_prices_realtime group by 1, 2";

    public static async Task RunAsync(Report report, long rows)
    {
        await using var stack = await GoldStack.StartAsync();
        report.Add(new(Section, "made inside PostgreSQL", "Silver", rows, "rows"));
        report.Add(new(Section, "made inside PostgreSQL", "time", await Clock.TimeAsync(() => SilverHour.FillAsync(stack, From, rows)) / 1000, "s"));
        await RollAsync(stack);
        await stack.ExecuteAsync("vacuum analyze");

        // 1. The limit.
        var plain = await Clock.MedianAsync(3, () => Task.CompletedTask, () => stack.ExecuteAsync(Plain)) / 1000;

        // 2. All of them, as the job does.
        var file = Path.Combine(RepositoryRoot.Path, "services/CryptoAspire.AggregationScheduler/Quality/expectations.yaml");
        var all = ExpectationFile.Parse(await File.ReadAllTextAsync(file), file).Select(static item => item.Expectation).ToList();
        var (outcomes, whole) = await PassAsync(stack, 1, all);
        var wrong = outcomes.Where(static o => o.Error is not null || (!o.Passed && o.Expectation.Severity != ExpectationSeverity.Info)).Select(static o => $"{o.Expectation.Name} {o.Symbol} {o.Venue}: {o.Error ?? $"{o.Failed} of {o.Checked}"}").ToList();
        if (wrong.Count > 0)
            throw new InvalidOperationException($"Nothing is wrong with these rows, and yet: {string.Join("; ", wrong.Take(5))}");
        report.Add(new(Section, $"{outcomes.Select(static o => o.Expectation.Name).Distinct().Count()} of {all.Count} expectations", "time", whole, "s", plain, "s, plain scan"));
        report.Add(new(Section, "rows, minutes and ids looked at", "count", outcomes.Sum(static o => o.Checked), ""));

        // 3. Where that goes.
        var run = 2;
        foreach (var part in all.GroupBy(PartOf))
            report.Add(new(Section, part.Key, "time", (await PassAsync(stack, run++, [.. part])).Seconds, "s", plain, "s, plain scan"));
    }

    private static string PartOf(Expectation expectation) => expectation switch
    {
        { Rule.Fold: true } => expectation.Name,
        { Kind: ExpectationKind.Uniqueness } => expectation.Name,
        { Rule.On: "silver" } => "Silver's rows, each by itself",
        _ => "freshness, ids, candles, Gold, the rest",
    };

    private static async Task<(IReadOnlyList<QualityOutcome> Outcomes, double Seconds)> PassAsync(GoldStack stack, long run, IReadOnlyList<Expectation> expectations)
    {
        var catalog = new ExpectationCatalog(stack.Database, TimeProvider.System);
        await catalog.ReplaceAsync(expectations, CancellationToken.None);
        var pass = new QualityPass(stack.Database, catalog, new StandingClock(To.AddSeconds(run)));
        IReadOnlyList<QualityOutcome> outcomes = [];
        var milliseconds = await Clock.TimeAsync(async () => outcomes = await pass.RunAsync(run, CancellationToken.None));
        return (outcomes, milliseconds / 1000);
    }

    // Gold of the hour, by the product's own roller.
    private static async Task RollAsync(GoldStack stack)
    {
        await stack.ExecuteAsync("analyze candle");
        var (backfill, gold) = (new GoldBackfill(stack.Database, TimeProvider.System), new GoldRoller(stack.Database, TimeProvider.System));
        foreach (var grain in Enum.GetValues<GoldGrain>())
        {
            await backfill.MarkAsync(grain, From, To, [], CancellationToken.None);
            await gold.RollAsync(grain, CancellationToken.None);
        }
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
