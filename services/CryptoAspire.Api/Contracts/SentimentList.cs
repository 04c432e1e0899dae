using CryptoAspire.Market.Context;

namespace CryptoAspire.Api.Contracts;

/// <summary>Days, newest first.</summary>
public sealed record SentimentList(IReadOnlyList<Sentiment> Days);
