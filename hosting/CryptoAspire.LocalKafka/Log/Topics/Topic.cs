namespace CryptoAspire.LocalKafka.Log;

/// <summary>A topic as it was when asked for: immutable, replaced when partitions or settings change.</summary>
/// <param name="Name">Name.</param>
/// <param name="Id">Identity of this incarnation: a topic deleted and created again has another.</param>
/// <param name="Partitions">Its partitions, by index.</param>
/// <param name="Config">Its settings.</param>
public sealed record Topic(string Name, Guid Id, IReadOnlyList<PartitionLog> Partitions, TopicConfig Config);
