using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Groups;

/// <summary>One durable fact about a group; the payload of the coordinator log "groups".</summary>
/// <remarks>Format: kind (byte), group id, then the fields in order, as <see cref="BinaryWriter"/> writes them.</remarks>
internal abstract record GroupLogEntry(string GroupId)
{
    /// <param name="EmptySinceMs">Unix ms since when the group has had no members; -1 while it has.</param>
    public sealed record Membership(string GroupId, GroupSnapshot Snapshot, long EmptySinceMs) : GroupLogEntry(GroupId);

    /// <param name="ProducerId">-1 = committed; otherwise staged by that producer's transaction.</param>
    public sealed record Offsets(string GroupId, long ProducerId, IReadOnlyCollection<KeyValuePair<TopicPartition, CommittedOffset>> Values) : GroupLogEntry(GroupId);

    public sealed record TransactionEnded(string GroupId, long ProducerId, bool Commit) : GroupLogEntry(GroupId);

    public sealed record OffsetsRemoved(string GroupId, IReadOnlyCollection<TopicPartition> Partitions) : GroupLogEntry(GroupId);

    public sealed record Removed(string GroupId) : GroupLogEntry(GroupId);

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var w = new BinaryWriter(stream);
        switch (this)
        {
            case Membership m:
                Begin(w, 1);
                w.Write(m.EmptySinceMs);
                WriteSnapshot(w, m.Snapshot);
                break;
            case Offsets o:
                Begin(w, 2);
                w.Write(o.ProducerId);
                w.Write(o.Values.Count);
                foreach (var (partition, offset) in o.Values)
                {
                    WritePartition(w, partition);
                    w.Write(offset.Offset);
                    w.Write(offset.LeaderEpoch);
                    WriteText(w, offset.Metadata);
                    w.Write(offset.CommitTimeMs);
                    w.Write(offset.RetentionMs);
                }
                break;
            case TransactionEnded t:
                Begin(w, 3);
                w.Write(t.ProducerId);
                w.Write(t.Commit);
                break;
            case OffsetsRemoved r:
                Begin(w, 4);
                w.Write(r.Partitions.Count);
                foreach (var partition in r.Partitions)
                    WritePartition(w, partition);
                break;
            case Removed:
                Begin(w, 5);
                break;
        }
        w.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">A kind that this version does not know.</exception>
    public static GroupLogEntry Decode(ReadOnlyMemory<byte> payload)
    {
        using var r = new BinaryReader(new MemoryStream(payload.ToArray(), writable: false));
        var kind = r.ReadByte();
        var group = r.ReadString();
        return kind switch
        {
            1 => ReadMembership(r, group),
            2 => new Offsets(group, r.ReadInt64(), ReadList(r, ReadOffset)),
            3 => new TransactionEnded(group, r.ReadInt64(), r.ReadBoolean()),
            4 => new OffsetsRemoved(group, ReadList(r, ReadPartition)),
            5 => new Removed(group),
            _ => throw new InvalidDataException($"groups log: unknown entry kind {kind}; the data directory was written by a newer LocalKafka."),
        };
    }

    private void Begin(BinaryWriter w, byte kind)
    {
        w.Write(kind);
        w.Write(GroupId);
    }

    private static Membership ReadMembership(BinaryReader r, string group)
    {
        var emptySince = r.ReadInt64();
        return new Membership(group, ReadSnapshot(r), emptySince);
    }

    private static void WriteSnapshot(BinaryWriter w, GroupSnapshot s)
    {
        w.Write(s.Generation);
        WriteText(w, s.ProtocolType);
        WriteText(w, s.Protocol);
        WriteText(w, s.Leader);
        w.Write(s.Members.Count);
        foreach (var m in s.Members)
        {
            w.Write(m.MemberId);
            WriteText(w, m.InstanceId);
            w.Write(m.ClientId);
            w.Write(m.ClientHost);
            w.Write(m.SessionTimeoutMs);
            w.Write(m.RebalanceTimeoutMs);
            w.Write(m.Protocols.Count);
            foreach (var p in m.Protocols)
            {
                w.Write(p.Name);
                WriteBytes(w, p.Metadata);
            }
            WriteBytes(w, m.Assignment);
        }
    }

    private static GroupSnapshot ReadSnapshot(BinaryReader r) => new(
        r.ReadInt32(), ReadText(r), ReadText(r), ReadText(r),
        ReadList(r, static r => new GroupSnapshot.Member(
            r.ReadString(), ReadText(r), r.ReadString(), r.ReadString(), r.ReadInt32(), r.ReadInt32(),
            ReadList(r, static r => new GroupProtocol(r.ReadString(), ReadBytes(r))), ReadBytes(r))));

    private static KeyValuePair<TopicPartition, CommittedOffset> ReadOffset(BinaryReader r) => new(
        ReadPartition(r), new CommittedOffset(r.ReadInt64(), r.ReadInt32(), ReadText(r), r.ReadInt64(), r.ReadInt64()));

    private static void WritePartition(BinaryWriter w, TopicPartition partition)
    {
        w.Write(partition.Topic);
        w.Write(partition.Partition);
    }

    private static TopicPartition ReadPartition(BinaryReader r) => new(r.ReadString(), r.ReadInt32());

    private static List<T> ReadList<T>(BinaryReader r, Func<BinaryReader, T> read)
    {
        var count = r.ReadInt32();
        var list = new List<T>();
        for (var i = 0; i < count; i++)
            list.Add(read(r));
        return list;
    }

    private static void WriteText(BinaryWriter w, string? text)
    {
        w.Write(text is not null);
        if (text is not null)
            w.Write(text);
    }

    private static string? ReadText(BinaryReader r) => r.ReadBoolean() ? r.ReadString() : null;

    private static void WriteBytes(BinaryWriter w, byte[] bytes)
    {
        w.Write(bytes.Length);
        w.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader r) => r.ReadBytes(r.ReadInt32());
}
