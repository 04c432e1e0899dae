using System.Text;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Market.Context;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.CoinGecko;

/// <summary>
/// CoinGecko's markets of ten coins (https://docs.coingecko.com/reference/coins-markets) to <c>market_data</c>. CoinGecko keeps its answers for a minute, so
/// that asking sooner repeats them; a coin whose <c>last_updated</c> did not move is not written again.
/// </summary>
/// <param name="key">A key of the Demo plan, or of a paid one when the address is that of the paid interface; null for none.</param>
internal sealed class CoinGeckoSource(VenueRest rest, string? key, TimeProvider clock) : IPolledSource
{
    public const string SourceName = "coingecko";
    public const string KeySetting = "Feeds:coingecko:Key";

    public static readonly Uri LiveRest = new("https://api.coingecko.com/");

    /// <summary>Without a key a handful a minute and address; one a minute is all that we need.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 5 / 60.0, Burst: 3);

    /// <summary>The coins of the systems that this one replaces.</summary>
    public static readonly IReadOnlyList<string> Coins =
        ["bitcoin", "ethereum", "solana", "cardano", "dogecoin", "binancecoin", "ripple", "polkadot", "chainlink", "avalanche-2"];

    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly string Query = $"api/v3/coins/markets?vs_currency=usd&ids={string.Join(',', Coins)}&per_page=250&page=1";

    private readonly RestEndpoint markets = new("coins/markets")
    {
        MaxBytes = 1 << 20,
        Header = string.IsNullOrEmpty(key) ? null : (rest.Address.Host.StartsWith("pro-", StringComparison.Ordinal) ? "x-cg-pro-api-key" : "x-cg-demo-api-key", key),
    };

    private readonly Dictionary<string, DateTimeOffset> written = new(StringComparer.Ordinal);

    public string Name => SourceName;

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(markets, Query, cancellation);
        await PolledAnswer.EachAsync(body, root => root, outlet, clock, async coin =>
        {
            var market = Read(coin, outlet.Source);
            if (written.TryGetValue(market.Coin, out var last) && last >= market.UpdatedAt) return;
            await outlet.WriteAsync(MarketData.Topic, Encoding.UTF8.GetBytes(market.Coin), ContextCodec.ToUtf8(market), cancellation);
            written[market.Coin] = market.UpdatedAt;
        }, cancellation);
    }

    /// <exception cref="FormatException">A field is missing or has an impossible value.</exception>
    private MarketData Read(JsonElement coin, string source)
    {
        var id = PolledAnswer.Text(coin, "id");
        if (!Coins.Contains(id)) throw FieldException.Impossible("id", id, "one of the coins that were asked for");
        var updated = PolledAnswer.Time(coin, "last_updated");
        PolledAnswer.NotAhead("last_updated", updated, clock, Ahead);
        return new MarketData
        {
            Source = source,
            Coin = id,
            Asset = CoinNames.TryFind(id, out var asset) ? asset : PolledAnswer.Text(coin, "symbol").ToUpperInvariant(),
            Name = HtmlText.Plain(PolledAnswer.Text(coin, "name"), 64),
            Price = RestAnswer.Positive(coin.GetProperty("current_price"), "current_price"),
            MarketCap = NotNegative(coin, "market_cap"),
            Rank = coin.TryGetProperty("market_cap_rank", out var rank) && rank.ValueKind == JsonValueKind.Number && rank.TryGetInt32(out var place) && place > 0 ? place : null,
            Volume24h = NotNegative(coin, "total_volume"),
            High24h = NotNegative(coin, "high_24h"),
            Low24h = NotNegative(coin, "low_24h"),
            ChangePercent24h = Given(coin, "price_change_percentage_24h") is { } change ? RestAnswer.Number(change, "price_change_percentage_24h") : null,
            CirculatingSupply = NotNegative(coin, "circulating_supply"),
            UpdatedAt = updated,
        };
    }

    private static decimal? NotNegative(JsonElement coin, string field) => Given(coin, field) is { } value ? RestAnswer.NotNegative(value, field) : null;

    // CoinGecko prints null for what it does not know.
    private static JsonElement? Given(JsonElement coin, string field) => coin.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
