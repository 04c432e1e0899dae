using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Tests.Protocol;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>The same frames over real sockets against a broker process, with lies about the length, halves and hang-ups among them.</summary>
public sealed class TcpFuzzTests(ITestOutputHelper output)
{
    private const int Frames = 5_000;
    private const int Connections = 8;

    [Fact]
    public async Task Mutated_frames_over_tcp_leave_the_broker_serving()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_FUZZ_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"LOCALKAFKA_FUZZ_SEED={seed}");
        await using var broker = await LocalKafkaProcess.StartAsync(["--partitions", "1", "--group-initial-rebalance-delay-ms", "0", "--log-level", "error"]);
        var honest = new HonestClient();
        await HonestClient.TidyAsync(broker.Port);
        await honest.WorkAndCheckAsync(broker.BootstrapServers);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(c => Task.Run(() => SendAsync(broker.Port, seed * Connections + c, Frames / Connections))));
        output.WriteLine($"{Frames:N0} frames in {clock.Elapsed.TotalSeconds:N1} s");

        await honest.WorkAndCheckAsync(broker.BootstrapServers);
        Assert.DoesNotContain(broker.Output.Lines, l => l.Contains("fail:", StringComparison.Ordinal) || l.Contains("crit:", StringComparison.Ordinal));
        await broker.KillAsync();
        await broker.RestartAsync();
        honest.Check(broker.BootstrapServers);
    }

    private static async Task SendAsync(int port, int seed, int count)
    {
        var frames = new FuzzFrames(seed, CapturedFrames.All);
        var messages = new RandomMessages(seed);
        TcpClient? client = null;
        var sink = new byte[1 << 16];
        for (var i = 0; i < count; i++)
        {
            var frame = frames[i];
            var bytes = new byte[4 + frame.Length];
            frame.CopyTo(bytes, 4);
            BinaryPrimitives.WriteInt32BigEndian(bytes, messages.Random.Next(20) == 0 ? messages.Random.Next(2 * bytes.Length) : frame.Length);
            var sent = messages.Random.Next(20) == 0 ? bytes.AsMemory(0, messages.Random.Next(bytes.Length)) : bytes;
            try
            {
                client ??= await ConnectAsync(port);
                await client.GetStream().WriteAsync(sent);
                if (sent.Length == bytes.Length)
                {
                    // Whatever comes within a moment: an answer, the end, or nothing (a wait, acks=0, a length that promises more).
                    using var moment = new CancellationTokenSource(30);
                    if (await client.GetStream().ReadAsync(sink, moment.Token) > 0) continue;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
            }

            client?.Dispose();
            client = null;
        }

        client?.Dispose();
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port);
        return client;
    }
}
