using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>Refused records, newest first.</summary>
public sealed record QuarantineList(IReadOnlyList<QuarantinedRecord> Records);
