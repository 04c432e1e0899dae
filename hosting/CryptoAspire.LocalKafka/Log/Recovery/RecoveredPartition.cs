namespace CryptoAspire.LocalKafka.Log;

/// <summary>A partition as recovery found it; the last segment is the active one, its indexes are in memory.</summary>
internal sealed record RecoveredPartition(string Directory, IReadOnlyList<Segment> Segments, ProducerStateTable Producers, long LogStartOffset, long DurableOffset);
