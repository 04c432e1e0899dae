using System.Buffers.Binary;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// The control record that ends a transaction in a partition: key = version 0 and type (0 abort, 1 commit), value = version 0 and the
/// coordinator's epoch (Kafka's EndTxnMarker). It takes one offset and consumers skip it.
/// </summary>
public readonly record struct TransactionMarker(bool IsCommit, int CoordinatorEpoch)
{
    /// <summary>The batch with this marker for one producer.</summary>
    /// <param name="timestamp">Unix milliseconds.</param>
    public byte[] ToBatch(long producerId, short producerEpoch, long timestamp)
    {
        var key = new byte[4];
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), IsCommit ? (short)1 : (short)0);
        var value = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(2), CoordinatorEpoch);
        return new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = producerEpoch, IsTransactional = true, IsControl = true }
            .Add(timestamp, key, value)
            .Build();
    }

    /// <summary>Reads the marker of a control batch; false for any other batch and for control types that are not about transactions.</summary>
    /// <exception cref="ProtocolException">The batch is not sound.</exception>
    public static bool TryRead(ReadOnlyMemory<byte> batch, out TransactionMarker marker)
    {
        marker = default;
        var reader = new RecordBatchReader(batch);
        if (!reader.Header.IsControl || !reader.TryRead(out var record)) return false;
        if (record.Key is not { Length: >= 4 } key || record.Value is not { Length: >= 6 } value) return false;
        var type = BinaryPrimitives.ReadInt16BigEndian(key.Span[2..]);
        if (type is not (0 or 1)) return false;
        marker = new TransactionMarker(type == 1, BinaryPrimitives.ReadInt32BigEndian(value.Span[2..]));
        return true;
    }
}
