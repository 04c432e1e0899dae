using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Hostile;

/// <summary>Connections that misbehave in every way; beside each, an honest client goes on producing and reading.</summary>
public sealed class HostileConnectionTests
{
    private static async Task<Socket> ConnectAsync(LocalKafkaProcess broker)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", broker.Port);
        return socket;
    }

    private static async Task HonestClientWorksAsync(LocalKafkaProcess broker, int seconds = 90)
    {
        var topic = BrokerFixture.Fresh("honest");
        await Kcat.RunAsync(broker.BootstrapServers, $"-P -t {topic} -p 0", "one\ntwo\n", seconds);
        Assert.Equal(["one", "two"], (await Kcat.RunAsync(broker.BootstrapServers, $"-C -t {topic} -p 0 -e -q", seconds: seconds)).Lines);
    }

    private static double ResidentMegabytes(LocalKafkaProcess broker) =>
        long.Parse(File.ReadLines($"/proc/{broker.ProcessId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;

    private static byte[] Frame(short api, short version, int correlation, byte[] body)
    {
        var frame = new byte[4 + 10 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), api);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), correlation);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(12), -1);
        body.CopyTo(frame, 14);
        return frame;
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(200_000_000)]
    public async Task A_wrong_frame_length_closes_that_connection_only(int length)
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        using var socket = await ConnectAsync(broker);
        var header = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(header, length);
        await socket.SendAsync(header);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], limit.Token));
        }
        catch (SocketException)
        {
            // A reset is as good as an end.
        }

        await HonestClientWorksAsync(broker);
    }

    [Fact]
    public async Task Random_bytes_never_harm_another_connection()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        var random = new Random(4711);
        for (var i = 0; i < 500; i++)
        {
            using var socket = await ConnectAsync(broker);
            var bytes = new byte[random.Next(1, 4_000)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(0, Math.Min(4, bytes.Length)).Length == 4 ? bytes : new byte[4], bytes.Length);
            try
            {
                await socket.SendAsync(bytes);
            }
            catch (SocketException)
            {
            }
        }

        await HonestClientWorksAsync(broker);
    }

    [Fact]
    public async Task Half_a_large_frame_on_many_connections_takes_no_memory_to_speak_of()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await HonestClientWorksAsync(broker);
        var before = ResidentMegabytes(broker);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var socket = await ConnectAsync(broker);
                sockets.Add(socket);
                var start = new byte[1_000];
                BinaryPrimitives.WriteInt32BigEndian(start, 90_000_000);
                await socket.SendAsync(start);
            }

            await HonestClientWorksAsync(broker);
            Assert.InRange(ResidentMegabytes(broker) - before, double.MinValue, 100);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    [Fact]
    public async Task A_client_that_never_reads_is_held_back_and_nobody_else_is()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        var topic = BrokerFixture.Fresh("big");
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, topic);
        await Kcat.RunAsync(broker.BootstrapServers, $"-P -t {topic} -p 0", string.Concat(Enumerable.Range(0, 20_000).Select(i => new string('x', 1_000) + "\n")));
        var before = ResidentMegabytes(broker);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var socket = await ConnectAsync(broker);
                socket.ReceiveBufferSize = 4_096;
                socket.SendTimeout = 200;
                sockets.Add(socket);
                for (var n = 0; n < 200; n++)
                {
                    using var limit = new CancellationTokenSource(100);
                    try
                    {
                        await socket.SendAsync(FetchFrame(topic, n), limit.Token);
                    }
                    catch (Exception e) when (e is OperationCanceledException or SocketException)
                    {
                        break;
                    }
                }
            }

            await HonestClientWorksAsync(broker);
            Assert.InRange(ResidentMegabytes(broker) - before, double.MinValue, 150);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }

        // Fetch v4: replica -1, wait 0, min 1, max 50 MB, read_uncommitted, one topic, partition 0 from offset 0.
        static byte[] FetchFrame(string topic, int correlation)
        {
            using var body = new MemoryStream();
            void Int32(int value) { Span<byte> b = stackalloc byte[4]; BinaryPrimitives.WriteInt32BigEndian(b, value); body.Write(b); }
            void Int16(short value) { Span<byte> b = stackalloc byte[2]; BinaryPrimitives.WriteInt16BigEndian(b, value); body.Write(b); }
            Int32(-1); Int32(0); Int32(1); Int32(50_000_000); body.WriteByte(0);
            Int32(1); Int16((short)topic.Length); body.Write(System.Text.Encoding.ASCII.GetBytes(topic));
            Int32(1); Int32(0); Int32(0); Int32(0); Int32(50_000_000);
            return Frame(1, 4, correlation, body.ToArray());
        }
    }

    [Fact]
    public async Task Ten_thousand_open_connections_leave_the_broker_serving()
    {
        const int wanted = 10_000;
        await using var broker = await LocalKafkaProcess.StartAsync();
        var sockets = new List<Socket>(wanted);
        try
        {
            for (var i = 0; i < wanted; i++)
            {
                var socket = await ConnectAsync(broker);
                sockets.Add(socket);
                if (i % 2 == 0) await socket.SendAsync(Frame(18, 0, i, []));
            }

            await HonestClientWorksAsync(broker);
            Assert.InRange(ResidentMegabytes(broker), 0, 400);
            var clock = Stopwatch.StartNew();
            Assert.True(await broker.StopAsync(), "the broker had to be killed");
            Assert.Equal(0, broker.ExitCode);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 6);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            Assert.Fail($"This machine allows too few open files for the test: raise 'ulimit -n' (now {sockets.Count:N0} sockets were opened).");
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    [Theory]
    [InlineData(999, 0)]
    [InlineData(0, 99)]
    [InlineData(3, -1)]
    public async Task An_unknown_api_or_version_closes_the_connection(short api, short version)
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        using var socket = await ConnectAsync(broker);
        await socket.SendAsync(Frame(api, version, 1, new byte[20]));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], limit.Token));
        }
        catch (SocketException)
        {
        }

        await HonestClientWorksAsync(broker);
    }
}
