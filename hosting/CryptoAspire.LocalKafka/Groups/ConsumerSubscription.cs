using System.Buffers.Binary;
using System.Text;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>
/// The topics and partitions inside the opaque blobs of protocol type "consumer" (ConsumerProtocolSubscription/-Assignment).
/// Both begin with version i16 and an array whose elements begin with the topic's name, which is all that is read here.
/// A blob in another shape gives nothing: it is the client's own business.
/// </summary>
internal static class ConsumerSubscription
{
    public static IReadOnlyList<string> Topics(ReadOnlySpan<byte> metadata)
    {
        var topics = new List<string>();
        if (metadata.Length < 2)
            return topics;
        var at = 2;
        var count = ReadInt32(metadata, ref at);
        while (count-- > 0 && ReadText(metadata, ref at) is { } topic)
            topics.Add(topic);
        return topics;
    }

    public static IReadOnlyList<(string Topic, int Partition)> Partitions(ReadOnlySpan<byte> assignment)
    {
        var partitions = new List<(string, int)>();
        if (assignment.Length < 2)
            return partitions;
        var at = 2;
        var count = ReadInt32(assignment, ref at);
        while (count-- > 0 && ReadText(assignment, ref at) is { } topic)
        {
            var numbers = ReadInt32(assignment, ref at);
            while (numbers-- > 0 && at + 4 <= assignment.Length)
                partitions.Add((topic, ReadInt32(assignment, ref at)));
        }
        return partitions;
    }

    private static int ReadInt32(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at + 4 > bytes.Length)
            return 0;
        at += 4;
        return BinaryPrimitives.ReadInt32BigEndian(bytes[(at - 4)..]);
    }

    private static string? ReadText(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at + 2 > bytes.Length)
            return null;
        var length = BinaryPrimitives.ReadInt16BigEndian(bytes[at..]);
        at += 2;
        if (length < 0 || at + length > bytes.Length)
            return null;
        at += length;
        return Encoding.UTF8.GetString(bytes.Slice(at - length, length));
    }
}
