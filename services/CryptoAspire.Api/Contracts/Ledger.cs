using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>What became of every Bronze record.</summary>
/// <param name="Balanced">False when any check that is kept found a difference.</param>
/// <param name="Partitions">Sorted by partition.</param>
public sealed record Ledger(bool Balanced, IReadOnlyList<LedgerEntry> Partitions);
