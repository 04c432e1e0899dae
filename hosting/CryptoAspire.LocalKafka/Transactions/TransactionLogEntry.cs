using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>One durable fact of the transaction coordinator; the payload of the coordinator log "transactions".</summary>
internal abstract record TransactionLogEntry
{
    /// <summary>The state of a transactional id; replaces what was known of it.</summary>
    public sealed record State(TransactionSnapshot Snapshot) : TransactionLogEntry;

    /// <summary>Producer ids below <paramref name="NextProducerId"/> may be in use.</summary>
    public sealed record ProducerIds(long NextProducerId) : TransactionLogEntry;

    /// <summary>The transactional id expired.</summary>
    public sealed record Removed(string TransactionalId) : TransactionLogEntry;

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var w = new BinaryWriter(stream);
        switch (this)
        {
            case State(var s):
                w.Write((byte)1);
                w.Write(s.TransactionalId);
                w.Write((byte)s.Phase);
                w.Write(s.ProducerId);
                w.Write(s.Epoch);
                w.Write(s.LastEpoch);
                w.Write(s.LastProducerId);
                w.Write(s.TimeoutMs);
                w.Write(s.StartedMs);
                w.Write(s.UpdatedMs);
                w.Write(s.Partitions.Count);
                foreach (var (topic, partition) in s.Partitions)
                {
                    w.Write(topic);
                    w.Write(partition);
                }
                w.Write(s.Groups.Count);
                foreach (var group in s.Groups)
                    w.Write(group);
                break;
            case ProducerIds(var next):
                w.Write((byte)2);
                w.Write(next);
                break;
            case Removed(var id):
                w.Write((byte)3);
                w.Write(id);
                break;
        }
        w.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">A kind that this version does not know.</exception>
    public static TransactionLogEntry Decode(ReadOnlyMemory<byte> payload)
    {
        using var r = new BinaryReader(new MemoryStream(payload.ToArray(), writable: false));
        return r.ReadByte() switch
        {
            1 => new State(new TransactionSnapshot(
                r.ReadString(), (TransactionPhase)r.ReadByte(), r.ReadInt64(), r.ReadInt16(), r.ReadInt16(), r.ReadInt64(),
                r.ReadInt32(), r.ReadInt64(), r.ReadInt64(),
                [.. Enumerable.Range(0, r.ReadInt32()).Select(_ => new TopicPartition(r.ReadString(), r.ReadInt32()))],
                [.. Enumerable.Range(0, r.ReadInt32()).Select(_ => r.ReadString())])),
            2 => new ProducerIds(r.ReadInt64()),
            3 => new Removed(r.ReadString()),
            var kind => throw new InvalidDataException($"transactions log: unknown entry kind {kind}; the data directory was written by a newer LocalKafka."),
        };
    }
}
