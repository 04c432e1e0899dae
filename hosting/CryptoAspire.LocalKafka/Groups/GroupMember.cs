namespace CryptoAspire.LocalKafka.Groups;

/// <summary>One member of a group. Owned by its <see cref="GroupState"/>.</summary>
internal sealed class GroupMember
{
    public required string MemberId { get; set; }

    /// <summary>group.instance.id of a static member; null for a dynamic one.</summary>
    public string? InstanceId { get; init; }

    public required string ClientId { get; set; }

    public required string ClientHost { get; set; }

    public int SessionTimeoutMs { get; set; }

    public int RebalanceTimeoutMs { get; set; }

    public IReadOnlyList<GroupProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>The parked JoinGroup request, if any.</summary>
    public long? JoinTicket { get; set; }

    /// <summary>The parked SyncGroup request, if any.</summary>
    public long? SyncTicket { get; set; }

    /// <summary>Joined the current generation and has not sent SyncGroup yet.</summary>
    public bool OwesSync { get; set; }

    /// <summary>When silence ends the membership; not counted while a request is parked (the broker is the one who is silent then).</summary>
    public long SessionDeadlineMs { get; set; }

    public bool IsParked => JoinTicket is not null || SyncTicket is not null;

    public byte[] MetadataFor(string? protocol)
    {
        foreach (var candidate in Protocols)
            if (candidate.Name == protocol)
                return candidate.Metadata;
        return [];
    }

    public bool Offers(IReadOnlyList<GroupProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count)
            return false;
        for (var i = 0; i < protocols.Count; i++)
            if (protocols[i].Name != Protocols[i].Name || !protocols[i].Metadata.AsSpan().SequenceEqual(Protocols[i].Metadata))
                return false;
        return true;
    }
}

/// <summary>An assignment strategy that a member supports, with its opaque subscription.</summary>
internal readonly record struct GroupProtocol(string Name, byte[] Metadata);
