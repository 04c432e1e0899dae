using System.Diagnostics;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>
/// Hostile frames through the broker's own connection loop (<see cref="PipeClient"/>) on a real data directory. LOCALKAFKA_FUZZ_FRAMES
/// and LOCALKAFKA_FUZZ_SEED set how many and which (tests/chaos/localkafka-fuzz.sh: 1,000,000).
/// </summary>
[Collection(Alone.Name)]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int FramesInCi = 15_000;
    private const int FramesPerRound = 25_000;

    /// <summary>What one frame of at most a few kilobytes may cost; an answer about every topic is the dearest.</summary>
    private const long MostAllocatedByOneFrame = 8 << 20;
    private const long MostAllocatedByOnePartition = 128 << 10;
    private const long MostKept = 64 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(10);
    // A frame may ask for ten thousand partitions, whose files take half a minute on a busy disk.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    private static readonly HashSet<ApiKey> s_mayWait = [ApiKey.Fetch, ApiKey.JoinGroup, ApiKey.SyncGroup];

    private readonly Queue<PipeClient> _waiting = new();
    private long _index;
    private byte[] _frame = [];
    private long _frameStarted;
    private long _closed;
    private long _waited;
    private long _dearest;

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_FUZZ_FRAMES"), out var count) ? count : FramesInCi;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_FUZZ_SEED"), out var seed) ? seed : Environment.TickCount;

    [Fact]
    public async Task Mutated_frames_neither_crash_nor_hang_nor_bloat_the_broker()
    {
        var (seed, count) = (Seed, Count);
        output.WriteLine($"{count:N0} frames, LOCALKAFKA_FUZZ_SEED={seed}");
        using var data = new TemporaryDirectory("fuzz");
        var options = new BrokerOptions { Port = FreePort.Next(), Data = data.Path, Partitions = 1, GroupInitialRebalanceDelay = TimeSpan.Zero };
        using var log = new ErrorLog();
        var broker = await BrokerHost.StartAsync(options, loggers: log);
        var honest = new HonestClient();
        try
        {
            var frames = new FuzzFrames(seed, CapturedFrames.All);
            var clock = Stopwatch.StartNew();
            long kept = 0;
            while (_index < count)
            {
                await HonestClient.TidyAsync(broker.Port);
                await honest.WorkAndCheckAsync(broker.BootstrapServers);
                await WatchAsync(Task.Run(() => SendRoundAsync(broker, frames, Math.Min(_index + FramesPerRound, count))), seed);
                Assert.True(log.Errors.IsEmpty, Describe(seed, $"the broker logged an error: {log.Errors.FirstOrDefault()}"));
                await HonestClient.TidyAsync(broker.Port);
                var now = GC.GetTotalMemory(forceFullCollection: true);
                if (kept == 0) kept = now;
                Assert.True(now - kept < MostKept, $"{(now - kept) >> 20} MB more are in use than after the first round; seed {seed}");
                output.WriteLine($"{_index:N0} frames in {clock.Elapsed.TotalSeconds:N0} s: {_closed:N0} connections closed, {_waited:N0} requests waited, at most {_dearest:N0} bytes allocated by one, {now >> 20} MB in use");
            }

            // A crash after all that: what hostile frames left in the logs must be recoverable.
            await honest.WorkAndCheckAsync(broker.BootstrapServers);
            await broker.AbortAsync();
            broker = await BrokerHost.StartAsync(options, loggers: log);
            honest.Check(broker.BootstrapServers);
            await honest.WorkAndCheckAsync(broker.BootstrapServers);
            Assert.Empty(log.Errors);
        }
        finally
        {
            await broker.DisposeAsync();
        }
    }

    private async Task SendRoundAsync(BrokerHost broker, FuzzFrames frames, long end)
    {
        var client = new PipeClient(broker.Connections);
        for (; _index < end; _index++)
        {
            var frame = frames[_index];
            Volatile.Write(ref _frame, frame);
            Volatile.Write(ref _frameStarted, Stopwatch.GetTimestamp());
            var partitions = MayCreatePartitions(frame) ? CountPartitions(broker) : 0;
            var before = GC.GetTotalAllocatedBytes();
            var outcome = await SendAsync(client, frame);
            var allocated = GC.GetTotalAllocatedBytes() - before;
            _dearest = Math.Max(_dearest, allocated);
            var created = MayCreatePartitions(frame) ? CountPartitions(broker) - partitions : 0;
            if (allocated > MostAllocatedByOneFrame + created * MostAllocatedByOnePartition) throw new InvalidOperationException($"{allocated:N0} bytes were allocated, {created} partitions created");
            if (outcome == PipeClient.Outcome.Handled) continue;
            if (outcome == PipeClient.Outcome.Closed)
            {
                _closed++;
                await client.LeaveAsync(s_hang);
            }
            else
            {
                // It waits for records or for other members, which is its right: a later hang-up must end it.
                _waited++;
                _waiting.Enqueue(client);
                if (_waiting.Count > 20) await _waiting.Dequeue().LeaveAsync(s_hang);
            }

            client = new PipeClient(broker.Connections);
        }

        Volatile.Write(ref _frameStarted, Stopwatch.GetTimestamp());
        await client.LeaveAsync(s_hang);
        while (_waiting.TryDequeue(out var waiting)) await waiting.LeaveAsync(s_hang);
    }

    private static bool MayCreatePartitions(byte[] frame) => frame.Length >= 2 && (ApiKey)frame[1] is ApiKey.CreateTopics or ApiKey.CreatePartitions;

    private static int CountPartitions(BrokerHost broker) => broker.Store.Topics.Sum(t => t.Partitions.Count);

    private static async Task<PipeClient.Outcome> SendAsync(PipeClient client, byte[] frame)
    {
        var mayWait = frame.Length >= 2 && s_mayWait.Contains((ApiKey)(short)(frame[0] << 8 | frame[1]));
        var outcome = await client.SendAsync(frame, mayWait ? s_patience : s_hang);
        return outcome != PipeClient.Outcome.Waiting || mayWait ? outcome : throw new TimeoutException($"no answer within {s_hang.TotalSeconds} s");
    }

    /// <summary>Waits for a round; names the frame when it fails or when one takes too long, even if it never gives its thread back.</summary>
    private async Task WatchAsync(Task round, int seed)
    {
        Volatile.Write(ref _frameStarted, Stopwatch.GetTimestamp());
        while (await Task.WhenAny(round, Task.Delay(1_000)) != round)
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _frameStarted)) > s_hang + TimeSpan.FromSeconds(10)) Assert.Fail(Describe(seed, "a frame holds the broker up"));
        if (round.Exception is { } e) Assert.Fail(Describe(seed, e.InnerException!.ToString()));
    }

    private string Describe(int seed, string problem) => $"frame {_index} of LOCALKAFKA_FUZZ_SEED={seed}: {problem}\n{Convert.ToHexStringLower(Volatile.Read(ref _frame))}";
}
