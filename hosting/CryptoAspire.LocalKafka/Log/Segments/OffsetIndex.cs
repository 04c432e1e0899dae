using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Kafka's .index: 8-byte entries (offset relative to the segment's base i32, position i32, big-endian), sparse, ascending.
/// As in Kafka the offset is the LAST offset of the batch that begins at the position.
/// </summary>
internal sealed class OffsetIndex(SegmentContext context, string path, long baseOffset)
{
    public const int EntrySize = 8;

    public IndexTable Table { get; } = new(context, path, EntrySize);

    public void Append(long lastOffset, int position)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt32BigEndian(entry, checked((int)(lastOffset - baseOffset)));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        Table.Append(entry);
    }

    /// <summary>The last entry whose offset is at most <paramref name="offset"/>; null if that lies before the first entry.</summary>
    public (long LastOffset, int Position)? FindOffset(long offset) => Find(entry => entry.LastOffset <= offset);

    /// <summary>The last entry whose position is at most <paramref name="position"/>.</summary>
    public (long LastOffset, int Position)? FindPosition(long position) => Find(entry => entry.Position <= position);

    /// <summary>The entry <paramref name="back"/> places before the last one; null if there are not so many.</summary>
    public (long LastOffset, int Position)? FromEnd(int back)
    {
        using var view = Table.Open();
        return view.Count <= back ? null : Entry(view, view.Count - 1 - back);
    }

    /// <summary>Whether offsets and positions ascend within the segment.</summary>
    public bool IsAscending(long fileLength)
    {
        using var view = Table.OpenLoaded();
        (long LastOffset, int Position) before = (baseOffset - 1, -1);
        for (var i = 0; i < view.Count; i++)
        {
            var entry = Entry(view, i);
            if (entry.LastOffset <= before.LastOffset || entry.Position <= before.Position || entry.Position >= fileLength)
                return false;
            before = entry;
        }
        return true;
    }

    private (long LastOffset, int Position)? Find(Func<(long LastOffset, int Position), bool> isBefore)
    {
        using var view = Table.Open();
        int low = 0, high = view.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (isBefore(Entry(view, middle)))
                low = middle + 1;
            else
                high = middle;
        }
        return low == 0 ? null : Entry(view, low - 1);
    }

    private (long LastOffset, int Position) Entry(IndexView view, int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        view.Read(index, entry);
        return (baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
    }
}
