using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>Refused records, newest first.</summary>
/// <param name="Records">The page.</param>
/// <param name="Next">Give it as before for the next page; null when this is the last.</param>
public sealed record QuarantineList(IReadOnlyList<QuarantinedRecord> Records, long? Next);
