namespace CryptoAspire.Dashboard.Live;

/// <summary>Payload of <c>pipeline</c>: where the data on screen comes from and whether it flows.</summary>
/// <param name="Mode"><c>live</c>, <c>simulated</c>, <c>replay</c>, <c>mixed</c>, or <c>waiting</c> before the first record.</param>
/// <param name="Sources">By name.</param>
/// <param name="KafkaConnected">False while no topic can be read.</param>
/// <param name="DatabaseConnected">False after a query failed, until one succeeds.</param>
/// <param name="Skipped">Records passed over since the start because the dashboard was too far behind; prices then come from the database.</param>
public sealed record PipelineStatus(string Mode, IReadOnlyList<SourceStatus> Sources, bool KafkaConnected, bool DatabaseConnected, long Skipped);
