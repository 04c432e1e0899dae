namespace CryptoAspire.LocalKafka.Groups;

/// <summary>Life of a classic consumer group, in Kafka's own words (they are what DescribeGroups prints).</summary>
internal enum GroupPhase
{
    /// <summary>No members; offsets may remain.</summary>
    Empty,

    /// <summary>Members are asked to join again; the join replies are parked until all have come or time is up.</summary>
    PreparingRebalance,

    /// <summary>A generation exists, the leader's assignment is awaited.</summary>
    CompletingRebalance,

    /// <summary>Every member has its assignment.</summary>
    Stable,
}
