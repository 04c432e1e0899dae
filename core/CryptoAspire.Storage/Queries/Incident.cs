namespace CryptoAspire.Storage.Queries;

/// <summary>Something that an operator must know about.</summary>
public sealed record Incident(long Id, DateTimeOffset OccurredAt, string Kind, string Detail);
