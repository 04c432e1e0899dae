using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>What a partition remembers of one idempotent producer: epoch, the last five batches, the open transaction.</summary>
internal sealed class ProducerState(long producerId)
{
    /// <summary>Kafka's max.in.flight for idempotent producers: no retry can be older.</summary>
    private const int Window = 5;

    private readonly List<Batch> _batches = new(Window);

    /// <param name="FirstSequence">Sequence of its first record.</param>
    /// <param name="LastSequence">Sequence of its last record.</param>
    /// <param name="LastOffset">Offset of its last record.</param>
    /// <param name="OffsetDelta">Last offset minus first offset.</param>
    /// <param name="TimestampMs">Largest timestamp.</param>
    internal readonly record struct Batch(int FirstSequence, int LastSequence, long LastOffset, int OffsetDelta, long TimestampMs)
    {
        public long BaseOffset => LastOffset - OffsetDelta;

        public static Batch Of(in RecordBatchHeader header, long baseOffset, long maxTimestamp) =>
            new(header.BaseSequence, header.LastSequence, baseOffset + header.LastOffsetDelta, header.LastOffsetDelta, maxTimestamp);
    }

    public long ProducerId => producerId;

    /// <summary>-1 until a batch or a marker was seen.</summary>
    public short Epoch { get; private set; } = -1;

    public int CoordinatorEpoch { get; set; } = -1;

    /// <summary>First offset of the open transaction; -1 without one.</summary>
    public long TransactionFirstOffset { get; set; } = -1;

    /// <summary>Broker's time (unix ms) at which the producer was last heard of.</summary>
    public long LastSeenMs { get; set; }

    public Batch? Last => _batches.Count == 0 ? null : _batches[^1];

    /// <summary>A new epoch begins with no batches: its first sequence must be 0.</summary>
    public void RaiseEpoch(short epoch)
    {
        if (epoch == Epoch)
            return;
        Epoch = epoch;
        _batches.Clear();
    }

    public void Remember(Batch batch)
    {
        if (_batches.Count == Window)
            _batches.RemoveAt(0);
        _batches.Add(batch);
    }

    /// <summary>Puts a batch found in the log below what a snapshot told in its place.</summary>
    public void RememberOlder(Batch batch)
    {
        var at = _batches.FindIndex(b => b.LastOffset >= batch.LastOffset);
        if (at < 0 || _batches[at].LastOffset == batch.LastOffset)
            return;
        _batches.Insert(at, batch);
        if (_batches.Count > Window)
            _batches.RemoveAt(0);
    }

    public Batch? FindDuplicate(in RecordBatchHeader header)
    {
        if (header.ProducerEpoch != Epoch)
            return null;
        foreach (var batch in _batches)
        {
            if (batch.FirstSequence == header.BaseSequence && batch.LastSequence == header.LastSequence)
                return batch;
        }
        return null;
    }
}
