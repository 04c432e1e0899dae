using System.Globalization;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.StreamProcessor.Tests.Chaos;

/// <summary>Real faults on real processes while trades flow. tests/chaos/silver-chaos.sh runs it at full length; this is the short form.</summary>
public class SilverChaosTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = SilverSystem.Patience;

    private readonly int _seed = Number("SILVER_CHAOS_SEED", 1);
    private readonly Random _random = new(Number("SILVER_CHAOS_SEED", 1));

    [Fact]
    public async Task Kills_frozen_owners_and_cuts_at_commit_lose_nothing_and_double_nothing()
    {
        await using var system = await SilverSystem.StartAsync();
        await using var proxy = new CuttingProxy(system.Postgres.Port);
        await using var market = new ChaosMarket(system, _seed);
        var throughProxy = ("ConnectionStrings__crypto", system.ConnectionString.Replace($"Port={system.Postgres.Port}", $"Port={proxy.Port}", StringComparison.Ordinal));
        var (processor, port) = system.StartProcessor(throughProxy);
        await SilverSystem.HealthyAsync(port);

        // 1. kill -9 of the processor: at any moment of its life, more often while it commits. Replicas die and come back each at its own pace.
        var kills = Number("SILVER_CHAOS_KILLS", 4);
        var replicas = Number("SILVER_CHAOS_REPLICAS", 1);
        var others = Enumerable.Range(1, replicas - 1).Select(replica => Task.Run(async () =>
        {
            var last = await KillAgainAndAgainAsync(system, system.StartProcessor(throughProxy), kills / replicas, new Random(_seed + replica), throughProxy);
            await last.KillAsync();
        })).ToList();
        processor = await KillAgainAndAgainAsync(system, (processor, port), kills - kills / replicas * (replicas - 1), new Random(_seed), throughProxy);
        await Task.WhenAll(others);
        Note($"{kills} x kill -9 of one of {replicas} processors");

        // 2. The connection is cut at COMMIT, on either side of the server's.
        var cuts = Number("SILVER_CHAOS_CUTS", 4);
        for (var cut = 0; cut < cuts; cut++)
        {
            await ProgressAsync(system);
            var before = proxy.Cuts;
            proxy.CutNextCommit(cut % 2 == 0 ? CuttingProxy.Side.BeforeTheClientHearsOfIt : CuttingProxy.Side.BeforeTheServerSeesIt);
            await Eventually.True(() => proxy.Cuts > before, Patience);
        }

        Note($"{cuts} x connection cut at COMMIT, every other after the server had committed");

        // 3. kill -9 of PostgreSQL.
        var falls = Number("SILVER_CHAOS_POSTGRES_KILLS", 1);
        for (var fall = 0; fall < falls; fall++)
        {
            await ProgressAsync(system);
            await Task.Delay(_random.Next(300));
            await system.Postgres.KillAsync();
            await system.Postgres.RestartAsync();
        }

        Note($"{falls} x kill -9 of PostgreSQL");

        // 4. SIGSTOP while its transaction holds the fence; another replica takes over; SIGCONT makes it a zombie.
        var freezes = Number("SILVER_CHAOS_FREEZES", 1);
        var length = TimeSpan.FromSeconds(Number("SILVER_CHAOS_FREEZE_SECONDS", 10));
        for (var freeze = 0; freeze < freezes; freeze++)
        {
            await ProgressAsync(system);
            var frozen = processor;
            var isFrozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            proxy.OnNextCommit(() =>
            {
                frozen.Send(ProcessSignal.Stop);
                isFrozen.SetResult();
            });
            await isFrozen.Task.WaitAsync(Patience);
            var until = DateTime.UtcNow + length;
            var (other, otherPort) = system.StartProcessor(throughProxy);
            await SilverSystem.HealthyAsync(otherPort);
            await ProgressAsync(system);
            if (until - DateTime.UtcNow is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest);
            frozen.Send(ProcessSignal.Continue);
            await Task.Delay(TimeSpan.FromSeconds(2));
            await frozen.KillAsync();
            processor = other;
        }

        Note($"{freezes} x SIGSTOP of {length.TotalSeconds:0} s in mid-transaction, then SIGCONT: {await system.CountAsync("select from incident where kind = 'writer-ended'")} transactions ended by the next owner");

        // 5. PostgreSQL, then the broker, is away for longer than anybody waits.
        var away = TimeSpan.FromSeconds(Number("SILVER_CHAOS_AWAY_SECONDS", 0));
        if (away > TimeSpan.Zero)
        {
            await system.Postgres.StopAsync();
            await Task.Delay(away);
            await system.Postgres.RestartAsync();
            await ProgressAsync(system);
            await system.Kafka.KillAsync();
            await Task.Delay(away);
            await system.Kafka.RestartAsync();
            await ProgressAsync(system);
            Note($"PostgreSQL and the broker each away for {away.TotalSeconds:0} s");
        }

        // Zero lost, zero double, candles equal to the independent fold.
        var (trades, sent) = await market.StopAsync();
        await system.RowsAsync(trades);
        Assert.Equal(trades, await system.CountAsync("select distinct symbol, source, trade_id from crypto_prices_realtime"));
        await Eventually.Passes(async () => Assert.Equal(sent, await system.ScalarAsync<long>("select sum(consumed)::bigint from stream_offset")), Patience);
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
        Assert.Equal(0, await system.CountAsync("select from gap where closed_at is null"));
        Assert.Equal(0, await system.CountAsync("select from quarantine"));
        Note($"{trades} trades sent {sent} times: 0 lost, 0 double; {await system.CountAsync("select from candle")} candles equal the independent fold; the ledger balances");
    }

    /// <summary>Kills a processor and starts it again; returns the last one started.</summary>
    private static async Task<ChildProcess> KillAgainAndAgainAsync(
        SilverSystem system, (ChildProcess Process, int Port) processor, int kills, Random random, (string, string) throughProxy)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            if (random.Next(4) > 0)
            {
                await SilverSystem.HealthyAsync(processor.Port);
                await ProgressAsync(system);
            }

            await Task.Delay(random.Next(400));
            await processor.Process.KillAsync();
            processor = system.StartProcessor(throughProxy);
        }

        return processor.Process;
    }

    // A row committed after now: by whoever lives.
    private static async Task ProgressAsync(SilverSystem system)
    {
        long? before = null;
        await Eventually.Passes(
            async () =>
            {
                var consumed = await system.ScalarAsync<long>("select coalesce(sum(consumed), 0)::bigint from stream_offset");
                before ??= consumed;
                Assert.True(consumed > before, "nothing is committed");
            },
            Patience);
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private void Note(string line) => output.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {line}");
}
