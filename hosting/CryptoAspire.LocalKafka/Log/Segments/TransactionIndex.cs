using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Kafka's .txnindex: the aborted transactions whose marker is in the segment, in order of the markers; 34-byte entries
/// (version i16 = 0, producer id i64, first offset i64, last offset i64, last stable offset i64, big-endian).
/// </summary>
internal sealed class TransactionIndex(SegmentContext context, string path, long baseOffset)
{
    public const int EntrySize = 34;

    public IndexTable Table { get; } = new(context, path, EntrySize);

    /// <param name="ProducerId">The producer.</param>
    /// <param name="FirstOffset">First record of the transaction, maybe in an earlier segment.</param>
    /// <param name="LastOffset">Offset of the abort marker.</param>
    /// <param name="LastStableOffset">Last stable offset once the transaction was over.</param>
    internal readonly record struct Entry(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset);

    public void Append(Entry aborted)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt16BigEndian(entry, 0);
        BinaryPrimitives.WriteInt64BigEndian(entry[2..], aborted.ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(entry[10..], aborted.FirstOffset);
        BinaryPrimitives.WriteInt64BigEndian(entry[18..], aborted.LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(entry[26..], aborted.LastStableOffset);
        Table.Append(entry);
    }

    /// <summary>
    /// Adds the aborted transactions that overlap [<paramref name="from"/>, <paramref name="to"/>).
    /// True when no later segment can hold another: everything below <paramref name="to"/> was stable by then.
    /// </summary>
    public bool Collect(long from, long to, List<AbortedTransaction> found)
    {
        using var view = Table.Open();
        for (var i = 0; i < view.Count; i++)
        {
            var entry = Read(view, i, out _);
            if (entry.LastOffset >= from && entry.FirstOffset < to)
                found.Add(new AbortedTransaction(entry.ProducerId, entry.FirstOffset));
            if (entry.LastStableOffset >= to)
                return true;
        }
        return false;
    }

    /// <summary>Whether every entry makes sense in this segment.</summary>
    public bool IsConsistent(long nextOffset)
    {
        using var view = Table.OpenLoaded();
        var before = baseOffset - 1;
        for (var i = 0; i < view.Count; i++)
        {
            var entry = Read(view, i, out var version);
            if (version != 0 || entry.ProducerId < 0 || entry.LastOffset <= before || entry.LastOffset >= nextOffset
                || entry.FirstOffset < 0 || entry.FirstOffset >= entry.LastOffset || entry.LastStableOffset > nextOffset)
                return false;
            before = entry.LastOffset;
        }
        return true;
    }

    private static Entry Read(IndexView view, int index, out short version)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        view.Read(index, entry);
        version = BinaryPrimitives.ReadInt16BigEndian(entry);
        return new Entry(
            BinaryPrimitives.ReadInt64BigEndian(entry[2..]), BinaryPrimitives.ReadInt64BigEndian(entry[10..]),
            BinaryPrimitives.ReadInt64BigEndian(entry[18..]), BinaryPrimitives.ReadInt64BigEndian(entry[26..]));
    }
}
