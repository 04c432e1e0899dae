using System.Text.Json.Serialization;

namespace CryptoAspire.Market.Context;

/// <summary>One coin's market as an aggregator over many exchanges sees it: a record of the topic <c>market_data</c>.</summary>
public sealed record MarketData
{
    /// <summary>Topic and table.</summary>
    public const string Topic = "market_data";

    public required string Source { get; init; }

    /// <summary>The aggregator's id of the coin: <c>bitcoin</c>.</summary>
    public required string Coin { get; init; }

    /// <summary>The asset: BTC.</summary>
    public required string Asset { get; init; }

    public required string Name { get; init; }

    /// <summary>US dollars, like all amounts here.</summary>
    public required decimal Price { get; init; }

    public decimal? MarketCap { get; init; }

    /// <summary>1 for the largest market capitalisation.</summary>
    public int? Rank { get; init; }

    [JsonPropertyName("volume_24h")]
    public decimal? Volume24h { get; init; }

    [JsonPropertyName("high_24h")]
    public decimal? High24h { get; init; }

    [JsonPropertyName("low_24h")]
    public decimal? Low24h { get; init; }

    /// <summary>Percent.</summary>
    [JsonPropertyName("change_percent_24h")]
    public decimal? ChangePercent24h { get; init; }

    /// <summary>Coins in circulation.</summary>
    public decimal? CirculatingSupply { get; init; }

    /// <summary>When the aggregator last computed these values.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
