namespace CryptoAspire.LocalKafka.Groups;

/// <summary>A group as the coordinator holds it: membership, offsets, and since when it stands empty.</summary>
internal sealed class ConsumerGroup(string groupId, GroupLimits limits)
{
    public GroupState State { get; } = new(groupId, limits);

    public GroupOffsets Offsets { get; } = new();

    /// <summary>Unix ms since when there have been no members; -1 while there are any.</summary>
    public long EmptySinceMs { get; set; } = -1;

    /// <summary>The earliest deadline that the coordinator's timer already knows of.</summary>
    public long ScheduledMs { get; set; } = long.MaxValue;

    public string GroupId => State.GroupId;

    /// <summary>Nothing worth keeping.</summary>
    public bool IsVacant => State is { Phase: GroupPhase.Empty, HasAnnouncedMembers: false } && Offsets.IsEmpty;
}
