using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>Request frames that librdkafka 2.0.2 (Confluent.Kafka and kcat), kafka-python 2.0.2 and kafkajs 2.2.4 sent to a broker: captured-frames.txt, one a line, in hex.</summary>
internal static class CapturedFrames
{
    private const int PerApiVersionAndClient = 5;
    private const int LongestKept = 2_000;

    public static IReadOnlyList<byte[]> All { get; } = Load();

    /// <summary>Takes in what passes a proxy and keeps a few frames of each API, version and client.</summary>
    public sealed class Recorder
    {
        private readonly ConcurrentDictionary<object, List<byte>> _streams = new();
        private readonly SortedDictionary<string, List<string>> _kept = new(StringComparer.Ordinal);

        public void Add(object connection, ReadOnlyMemory<byte> piece)
        {
            var stream = _streams.GetOrAdd(connection, _ => []);
            stream.AddRange(piece.Span);
            while (stream.Count >= 4 && BinaryPrimitives.ReadInt32BigEndian([.. stream.GetRange(0, 4)]) is var length && stream.Count >= 4 + length)
            {
                byte[] frame = [.. stream.GetRange(4, length)];
                stream.RemoveRange(0, 4 + length);
                Keep(frame);
            }
        }

        public IEnumerable<string> Lines()
        {
            lock (_kept) return [.. _kept.Values.SelectMany(f => f)];
        }

        private void Keep(byte[] frame)
        {
            if (frame.Length > LongestKept) return;
            var clientLength = Math.Max((short)0, BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(8)));
            var kind = Convert.ToHexString(frame.AsSpan(0, 4)) + Convert.ToHexString(frame.AsSpan(10, clientLength));
            lock (_kept)
            {
                if (!_kept.TryGetValue(kind, out var frames)) _kept[kind] = frames = [];
                if (frames.Count < PerApiVersionAndClient) frames.Add(Convert.ToHexStringLower(frame));
            }
        }
    }

    /// <summary>Reads the file that <see cref="CapturedFrameTests"/> wrote.</summary>
    private static List<byte[]> Load()
    {
        using var stream = typeof(CapturedFrames).Assembly.GetManifestResourceStream("captured-frames.txt")!;
        using var reader = new StreamReader(stream);
        var frames = new List<byte[]>();
        while (reader.ReadLine() is { } line) frames.Add(Convert.FromHexString(line));
        return frames;
    }
}
