using System.CommandLine;
using CryptoAspire.Benchmarks;
using CryptoAspire.Benchmarks.Gold;
using CryptoAspire.Benchmarks.Kafka;

var quick = new Option<bool>("--quick") { Description = "A fifth of the work: to see that it runs, not to quote." };
var json = new Option<string>("--json") { Description = "Where the figures are written.", DefaultValueFactory = _ => "artifacts/benchmark.json" };
var only = new Option<string[]>("--only") { Description = "Parts: interval, always (throughput and latency in that flush mode), memory, start. Default: all.", DefaultValueFactory = _ => [.. BrokerBenchmarks.Parts], AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong([.. BrokerBenchmarks.Parts]);

var kafka = new Command("kafka", "LocalKafka: throughput, latency, memory, start-up; beside the limits of this machine.") { quick, only, json };
kafka.SetAction((parsed, _) => MeasureAsync(parsed, (report, fast) => BrokerBenchmarks.RunAsync(report, fast, parsed.GetValue(only)!)));

var gold = new Command("gold", "Gold and signals of 1 day x 50 symbols; beside the plain SQL aggregate over the same trades.") { quick, json };
gold.SetAction((parsed, _) => MeasureAsync(parsed, GoldBenchmarks.RunAsync));

async Task MeasureAsync(ParseResult parsed, Func<Report, bool, Task> measure)
{
    var report = new Report();
    await measure(report, parsed.GetValue(quick));
    report.Print();
    var path = parsed.GetValue(json)!;
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    report.WriteJson(path);
}

return await new RootCommand("CryptoAspire's benchmarks. Run in Release on an idle machine: dotnet run -c Release --project tests/CryptoAspire.Benchmarks -- kafka") { kafka, gold }.Parse(args).InvokeAsync();
