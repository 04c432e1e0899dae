using CryptoAspire.Market.Context;

namespace CryptoAspire.Api.Contracts;

/// <summary>The markets of the coins that are followed, the largest capitalisation first.</summary>
public sealed record MarketDataList(IReadOnlyList<MarketData> Coins);
