using System.Buffers.Binary;
using System.Globalization;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Kafka's .snapshot, named by the offset up to which it holds: version i16 = 1, CRC-32C u32 of what follows, count i32, then for each
/// producer id i64, epoch i16, last sequence i32, last offset i64, offset delta i32, timestamp i64, coordinator epoch i32,
/// first offset of the open transaction i64 (-1). As in Kafka only the last batch is kept: the older ones of the window are read from the log.
/// </summary>
internal static class ProducerSnapshot
{
    private const short Version = 1;
    private const int HeaderSize = 10;
    private const int EntrySize = 46;

    public static byte[] Write(ProducerStateTable producers)
    {
        var bytes = new byte[HeaderSize + producers.Count * EntrySize];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), producers.Count);
        var at = bytes.AsSpan(HeaderSize);
        foreach (var state in producers.All)
        {
            var last = state.Last;
            BinaryPrimitives.WriteInt64BigEndian(at, state.ProducerId);
            BinaryPrimitives.WriteInt16BigEndian(at[8..], state.Epoch);
            BinaryPrimitives.WriteInt32BigEndian(at[10..], last?.LastSequence ?? -1);
            BinaryPrimitives.WriteInt64BigEndian(at[14..], last?.LastOffset ?? -1);
            BinaryPrimitives.WriteInt32BigEndian(at[22..], last?.OffsetDelta ?? 0);
            BinaryPrimitives.WriteInt64BigEndian(at[26..], state.LastSeenMs);
            BinaryPrimitives.WriteInt32BigEndian(at[34..], state.CoordinatorEpoch);
            BinaryPrimitives.WriteInt64BigEndian(at[38..], state.TransactionFirstOffset);
            at = at[EntrySize..];
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), Crc32C.Compute(bytes.AsSpan(6)));
        return bytes;
    }

    /// <summary>The producers; null if the bytes are torn or of another version: an older snapshot and the log tell the same.</summary>
    public static ProducerStateTable? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadInt16BigEndian(bytes) != Version
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) != Crc32C.Compute(bytes[6..])
            || bytes.Length != HeaderSize + BinaryPrimitives.ReadInt32BigEndian(bytes[6..]) * (long)EntrySize)
            return null;
        var producers = new ProducerStateTable();
        for (var at = bytes[HeaderSize..]; at.Length > 0; at = at[EntrySize..])
        {
            var state = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(at))
            {
                LastSeenMs = BinaryPrimitives.ReadInt64BigEndian(at[26..]),
                CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(at[34..]),
                TransactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(at[38..]),
            };
            state.RaiseEpoch(BinaryPrimitives.ReadInt16BigEndian(at[8..]));
            var lastSequence = BinaryPrimitives.ReadInt32BigEndian(at[10..]);
            var lastOffset = BinaryPrimitives.ReadInt64BigEndian(at[14..]);
            var delta = BinaryPrimitives.ReadInt32BigEndian(at[22..]);
            if (lastOffset >= 0)
            {
                var firstSequence = (int)((uint)(lastSequence - delta) & int.MaxValue);
                state.Remember(new ProducerState.Batch(firstSequence, lastSequence, lastOffset, delta, state.LastSeenMs));
            }
            producers.Restore(state);
        }
        return producers;
    }

    public static bool TryParseName(string fileName, out long offset)
    {
        offset = 0;
        return fileName.EndsWith(".snapshot", StringComparison.Ordinal) && fileName.Length == 29
            && long.TryParse(fileName.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }
}
