using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>How far Silver is, and what went wrong on the way.</summary>
/// <param name="Partitions">By topic and partition.</param>
/// <param name="Incidents">Newest first.</param>
/// <param name="Refused">The newest records of the quarantine.</param>
public sealed record PipelineView(IReadOnlyList<PartitionLine> Partitions, IReadOnlyList<Incident> Incidents, IReadOnlyList<QuarantinedRecord> Refused)
{
    /// <summary>Records that wait in Kafka; null while no partition's end is known.</summary>
    public long? Lag => Partitions.Any(p => p.Lag is not null) ? Partitions.Sum(p => p.Lag ?? 0) : null;
}
