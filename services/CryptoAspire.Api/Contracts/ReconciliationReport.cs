using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Api.Contracts;

/// <summary>Our one-minute candles beside the venues' own.</summary>
/// <param name="Venues">Each venue's newest 24 hours.</param>
/// <param name="Minutes">Minutes, newest first.</param>
public sealed record ReconciliationReport(IReadOnlyList<VenueScore> Venues, IReadOnlyList<ComparedMinute> Minutes);
