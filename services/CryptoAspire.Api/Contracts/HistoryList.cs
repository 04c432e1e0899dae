namespace CryptoAspire.Api.Contracts;

/// <summary>Requests for history.</summary>
/// <param name="Requests">Newest first.</param>
public sealed record HistoryList(IReadOnlyList<HistoryItem> Requests);
