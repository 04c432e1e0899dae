using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Kafka's .timeindex: 12-byte entries (largest timestamp so far i64, offset relative to the segment's base i32, big-endian), ascending.
/// The last entry of a closed segment holds its largest timestamp.
/// </summary>
internal sealed class TimeIndex(SegmentContext context, string path, long baseOffset)
{
    public const int EntrySize = 12;

    private long _lastTimestamp = -1;

    public IndexTable Table { get; } = new(context, path, EntrySize);

    /// <summary>Adds an entry if the timestamp is larger than the last one.</summary>
    public void Append(long timestamp, long offset)
    {
        if (timestamp <= _lastTimestamp)
            return;
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteInt32BigEndian(entry[8..], checked((int)(offset - baseOffset)));
        Table.Append(entry);
        _lastTimestamp = timestamp;
    }

    public void Clear()
    {
        Table.Clear();
        _lastTimestamp = -1;
    }

    public void LoadIntoMemory()
    {
        Table.LoadIntoMemory();
        _lastTimestamp = Last().Timestamp;
    }

    /// <summary>The last entry, (-1, base) if there is none.</summary>
    public (long Timestamp, long Offset) Last()
    {
        using var view = Table.Open();
        return view.Count == 0 ? (-1, baseOffset) : Entry(view, view.Count - 1);
    }

    /// <summary>The last entry that is older than <paramref name="timestamp"/>: no record up to its offset can be what is looked for.</summary>
    public (long Timestamp, long Offset)? FindBefore(long timestamp)
    {
        using var view = Table.Open();
        int low = 0, high = view.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Entry(view, middle).Timestamp < timestamp)
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? null : Entry(view, low - 1);
    }

    /// <summary>Whether timestamps and offsets ascend within the segment.</summary>
    public bool IsAscending(long nextOffset)
    {
        using var view = Table.OpenLoaded();
        (long Timestamp, long Offset) before = (-1, baseOffset - 1);
        for (var i = 0; i < view.Count; i++)
        {
            var entry = Entry(view, i);
            if (entry.Timestamp <= before.Timestamp || entry.Offset <= before.Offset || entry.Offset >= nextOffset)
                return false;
            before = entry;
        }
        return true;
    }

    private (long Timestamp, long Offset) Entry(IndexView view, int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        view.Read(index, entry);
        return (BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
    }
}
