using CryptoAspire.Market.Context;

namespace CryptoAspire.Api.Contracts;

/// <summary>Articles, newest first.</summary>
public sealed record NewsList(IReadOnlyList<News> Articles);
