using System.CommandLine;
using CryptoAspire.Benchmarks;
using CryptoAspire.Benchmarks.Feeds;
using CryptoAspire.Benchmarks.Gold;
using CryptoAspire.Benchmarks.History;
using CryptoAspire.Benchmarks.Kafka;
using CryptoAspire.Benchmarks.Silver;

var quick = new Option<bool>("--quick") { Description = "A fifth of the work: to see that it runs, not to quote." };
var json = new Option<string>("--json") { Description = "Where the figures are written.", DefaultValueFactory = _ => "artifacts/benchmark.json" };
var only = new Option<string[]>("--only") { Description = "Parts: interval, always (throughput and latency in that flush mode), memory, start. Default: all.", DefaultValueFactory = _ => [.. BrokerBenchmarks.Parts], AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong([.. BrokerBenchmarks.Parts]);

var kafka = new Command("kafka", "LocalKafka: throughput, latency, memory, start-up; beside the limits of this machine.") { quick, only, json };
kafka.SetAction((parsed, _) => MeasureAsync(parsed, (report, fast) => BrokerBenchmarks.RunAsync(report, fast, parsed.GetValue(only)!)));

var rows = new Option<long>("--rows") { Description = "Rows of Silver that the quality pass looks at; 0 leaves it out.", DefaultValueFactory = _ => 10_000_000 };
var gold = new Command("gold", "Gold and signals of 1 day x 50 symbols, and a quality pass; beside the plain SQL aggregate over the same rows.") { quick, rows, json };
gold.SetAction((parsed, _) => MeasureAsync(parsed, async (report, fast) =>
{
    await GoldBenchmarks.RunAsync(report, fast);
    if (parsed.GetValue(rows) is > 0 and var most)
        await QualityBenchmark.RunAsync(report, most / (fast ? 5 : 1));
}));

var parts = new Option<string[]>("--only") { Description = "Parts: catchup, latency, takeover, symbols, growth. Default: all.", DefaultValueFactory = _ => SilverBenchmarks.Parts, AllowMultipleArgumentsPerToken = true };
parts.AcceptOnlyFromAmong(SilverBenchmarks.Parts);
var ticks = new Option<long>("--ticks") { Description = "Trades of the catch-up; growth and symbols take at most a million.", DefaultValueFactory = _ => 5_000_000 };
var seconds = new Option<int>("--seconds") { Description = "How long each rate of the latency part lasts.", DefaultValueFactory = _ => 20 };
var levels = new Option<long[]>("--levels") { Description = "Rows already present in the growth part, rising.", DefaultValueFactory = _ => [1_000_000, 5_000_000, 25_000_000], AllowMultipleArgumentsPerToken = true };

var silver = new Command("silver", "Silver: catch-up, latency to commit, take-over, growth; beside raw consume and raw COPY of the same rows.") { quick, parts, ticks, seconds, levels, json };
silver.SetAction((parsed, _) => MeasureAsync(parsed, (report, fast) => SilverBenchmarks.RunAsync(
    report,
    parsed.GetValue(parts)!,
    parsed.GetValue(ticks) / (fast ? 5 : 1),
    TimeSpan.FromSeconds(parsed.GetValue(seconds)) / (fast ? 5 : 1),
    [.. parsed.GetValue(levels)!.Select(level => level / (fast ? 5 : 1))])));

var feeds = new Command("feeds", "What a message costs to read and encode; messages a second of one producer on one core.") { quick, json };
feeds.SetAction((parsed, _) => MeasureAsync(parsed, FeedBenchmarks.RunAsync));

var history = new Command("history", "Import of candles from files, beside raw COPY of the same rows; history by REST, beside the bare requests.") { quick, json };
history.SetAction((parsed, _) => MeasureAsync(parsed, HistoryBenchmarks.RunAsync));

async Task MeasureAsync(ParseResult parsed, Func<Report, bool, Task> measure)
{
    var report = new Report();
    await measure(report, parsed.GetValue(quick));
    report.Print();
    var path = parsed.GetValue(json)!;
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    report.WriteJson(path);
}

return await new RootCommand("CryptoAspire's benchmarks. Run in Release on an idle machine: dotnet run -c Release --project tests/CryptoAspire.Benchmarks -- kafka (or gold, silver, feeds, history)") { kafka, gold, silver, feeds, history }.Parse(args).InvokeAsync();
