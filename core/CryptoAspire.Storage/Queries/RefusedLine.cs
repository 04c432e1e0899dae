namespace CryptoAspire.Storage.Queries;

/// <summary>One record of the quarantine.</summary>
/// <param name="QuarantinedAt">When it was refused.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="Partition">Kafka partition.</param>
/// <param name="Offset">Kafka offset.</param>
/// <param name="Reason">Why.</param>
/// <param name="Start">The first bytes of its value as text; bytes that are not UTF-8 show as �.</param>
public sealed record RefusedLine(DateTimeOffset QuarantinedAt, string Topic, int Partition, long Offset, string Reason, string Start);
