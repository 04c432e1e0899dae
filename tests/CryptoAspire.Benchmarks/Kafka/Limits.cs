using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>What this machine does without a broker, measured in the same run: the yardstick beside our figures.</summary>
internal static class Limits
{
    private const int Block = 1 << 20;

    /// <summary>Sequential writes of 1 MiB into one new file, in MB/s; with <paramref name="sync"/> an fsync after each.</summary>
    public static double FileWrite(string directory, long bytes, bool sync)
    {
        var path = Path.Combine(directory, "limit.bin");
        var block = new byte[Block];
        Random.Shared.NextBytes(block);
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var clock = Stopwatch.StartNew();
            for (long at = 0; at < bytes; at += Block)
            {
                RandomAccess.Write(file, block, at);
                if (sync) RandomAccess.FlushToDisk(file);
            }

            var seconds = clock.Elapsed.TotalSeconds;
            file.Dispose();
            File.Delete(path);
            return bytes / seconds / 1e6;
        }
    }

    /// <summary>Milliseconds that one fsync after a 4 KiB append takes: p50 and p99 of 500.</summary>
    public static (double P50, double P99) Fsync(string directory)
    {
        var path = Path.Combine(directory, "limit-sync.bin");
        var latencies = new Latencies(500);
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var block = new byte[4096];
            for (var i = 0; i < 500; i++)
            {
                RandomAccess.Write(file, block, i * 4096L);
                var begin = Stopwatch.GetTimestamp();
                RandomAccess.FlushToDisk(file);
                latencies.Add(Stopwatch.GetTimestamp() - begin);
            }
        }

        File.Delete(path);
        var (p50, p99, _, _) = latencies.Milliseconds();
        return (p50, p99);
    }

    /// <summary>One TCP stream over loopback between two threads, 64 KiB a write, in MB/s.</summary>
    public static double Loopback(long bytes)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var reader = Task.Factory.StartNew(() =>
        {
            using var peer = listener.Accept();
            var buffer = new byte[1 << 16];
            while (peer.Receive(buffer) > 0) { }
        }, TaskCreationOptions.LongRunning);
        var clock = Stopwatch.StartNew();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Connect(listener.LocalEndPoint!);
            var block = new byte[1 << 16];
            for (long sent = 0; sent < bytes; sent += block.Length) socket.Send(block);
        }

        reader.Wait();
        return bytes / clock.Elapsed.TotalSeconds / 1e6;
    }
}
