using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Storage.Silver;

/// <summary>Consecutive Bronze records of one Kafka partition, decoded: what one transaction commits.</summary>
/// <param name="topic">The Bronze topic.</param>
/// <param name="partition">Its partition.</param>
/// <param name="from">The fence that the batch follows: first offset not yet committed.</param>
public sealed class SilverBatch(string topic, int partition, long from)
{
    /// <summary>How far ahead of our clock an event may be (DESIGN §5).</summary>
    public static readonly TimeSpan LargestLead = TimeSpan.FromSeconds(5);

    private readonly List<SilverRecord> _records = [];
    private readonly List<RefusedRecord> _refused = [];

    public string Topic { get; } = topic;

    public int Partition { get; } = partition;

    /// <summary>The fence before.</summary>
    public long From { get; private set; } = from;

    /// <summary>The fence after: one past the last record.</summary>
    public long Next { get; private set; } = from;

    public IReadOnlyList<RefusedRecord> Refused => _refused;

    /// <summary>Records taken, valid or refused.</summary>
    public int Consumed => _records.Count + _refused.Count;

    internal List<SilverRecord> Records => _records;

    /// <summary>Makes it an empty batch that follows another fence; its room is kept.</summary>
    public void Reset(long from)
    {
        _records.Clear();
        _refused.Clear();
        From = Next = from;
    }

    /// <summary>Decodes one record into the batch; a bad one is kept for the quarantine.</summary>
    /// <param name="reader">The caller's decoder.</param>
    /// <param name="offset">Its offset, above all before.</param>
    /// <param name="key">The Kafka key, copied only for the quarantine.</param>
    /// <param name="value">The Kafka value, read at once; null (not empty) is a tombstone, which this topic does not have.</param>
    /// <param name="nowUs">Our clock, Unix microseconds, to tell events of the future.</param>
    /// <exception cref="ArgumentException">The offset is not above those before.</exception>
    public void Add(BronzeReader reader, long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long nowUs)
    {
        if (offset < Next)
            throw new ArgumentException($"Offset {offset} is below the batch's next one, {Next}.", nameof(offset));

        Next = offset + 1;
        if (!reader.TryRead(value, out var record, out var reason))
            Refuse(offset, reason, key, value);
        else if (record.EventTimeUs - nowUs > LargestLead.Ticks / TimeSpan.TicksPerMicrosecond)
            Refuse(offset, $"event_time_us: {record.EventTimeUs} is more than 5 s ahead of our clock ({nowUs})", key, value);
        else
            _records.Add(new SilverRecord(offset, record));
    }

    /// <summary>Adds the batch's symbols to those of others; false when they have one in common, and the two must be committed apart.</summary>
    public bool AddSymbolsTo(HashSet<Symbol> others)
    {
        var own = new HashSet<Symbol>();
        Symbol? last = null;
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(_records))
        {
            if (!ReferenceEquals(row.Record.Symbol, last))
                own.Add(last = row.Record.Symbol);
        }

        if (others.Overlaps(own))
            return false;
        others.UnionWith(own);
        return true;
    }

    private void Refuse(long offset, string reason, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        _refused.Add(new RefusedRecord(offset, reason, Copy(key), Copy(value)));

    private static byte[]? Copy(ReadOnlySpan<byte> bytes) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(bytes)) ? null : bytes.ToArray();
}
