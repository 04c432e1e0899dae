using System.Globalization;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>CoinGecko's <c>coins/markets</c> under <c>/coingecko</c>: prices of the simulated exchanges where they list the coin, anchored paths for the rest.</summary>
internal static class CoinGeckoEndpoints
{
    private const long UpdateSeconds = 60;

    private static readonly IReadOnlyList<Asset> Assets =
    [
        new("bitcoin", "btc", "Bitcoin", 65_000, 19_900_000, 21_000_000), new("ethereum", "eth", "Ethereum", 2_600, 120_700_000, null),
        new("solana", "sol", "Solana", 155, 530_000_000, null), new("cardano", "ada", "Cardano", 0.35, 35_600_000_000, 45_000_000_000),
        new("dogecoin", "doge", "Dogecoin", 0.105, 149_000_000_000, null), new("binancecoin", "bnb", "BNB", 610, 139_000_000, 200_000_000),
        new("ripple", "xrp", "XRP", 0.55, 58_000_000_000, 100_000_000_000), new("polkadot", "dot", "Polkadot", 5.1, 1_560_000_000, null),
        new("chainlink", "link", "Chainlink", 12.4, 640_000_000, 1_000_000_000), new("avalanche-2", "avax", "Avalanche", 26.5, 415_000_000, 720_000_000),
    ];

    public static void MapCoinGecko(this WebApplication app) =>
        app.MapGroup("/coingecko/api/v3")
            .AddEndpointFilter(new RateLimit(perSecond: 10 / 60.0, burst: 10, app.Services.GetRequiredService<TimeProvider>(), http =>
            {
                http.Response.Headers.RetryAfter = "60";
                return Results.Json(new { status = new { error_code = 429, error_message = "You've exceeded the Rate Limit." } }, statusCode: StatusCodes.Status429TooManyRequests);
            }))
            .MapGet("/coins/markets", Markets);

    // Unknown ids are silently absent.
    private static IResult Markets(string? vs_currency, string? ids, IMarket market, TimeProvider clock)
    {
        if (vs_currency != "usd") return Results.Json(new { error = "invalid vs_currency" }, statusCode: StatusCodes.Status422UnprocessableEntity);
        var wanted = ids?.Split(',');
        var updated = clock.GetUtcNow().ToUnixTimeSeconds() / UpdateSeconds * UpdateSeconds;
        var rows = Assets.Where(a => wanted is null || wanted.Contains(a.Id))
            .Select(asset => (Asset: asset, Price: asset.PriceAt(updated, market), Before: asset.PathAt(updated - 86_400) / asset.PathAt(updated)))
            .OrderByDescending(row => row.Price * row.Asset.Supply)
            .ToList();
        return Wire.Answer(json =>
        {
            json.WriteStartArray();
            for (var i = 0; i < rows.Count; i++)
            {
                var (asset, price, before) = rows[i];
                var yesterday = price * (decimal)before;
                var swing = Math.Abs(price - yesterday) + price * 0.006m;
                json.WriteStartObject();
                json.WriteString("id", asset.Id);
                json.WriteString("symbol", asset.Ticker);
                json.WriteString("name", asset.Name);
                json.WriteNumber("current_price", Rounded(price));
                json.WriteNumber("market_cap", decimal.Round(price * asset.Supply));
                json.WriteNumber("market_cap_rank", i + 1);
                json.WriteNumber("total_volume", decimal.Round(price * asset.Supply * (0.02m + 0.03m * (decimal)Noise.Unit(Noise.Hash(Noise.Hash(7, asset.Id), (ulong)(updated / 3_600))))));
                json.WriteNumber("high_24h", Rounded(Math.Max(price, yesterday) + swing / 4));
                json.WriteNumber("low_24h", Rounded(Math.Min(price, yesterday) - swing / 4));
                json.WriteNumber("price_change_percentage_24h", decimal.Round(100 * (price - yesterday) / yesterday, 5));
                json.WriteNumber("circulating_supply", asset.Supply);
                if (asset.MaxSupply is { } most) json.WriteNumber("max_supply", most);
                else json.WriteNull("max_supply");
                json.WriteNull("roi");
                json.WriteString("last_updated", DateTimeOffset.FromUnixTimeSeconds(updated).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static decimal Rounded(decimal value) => decimal.Round(value, value >= 1_000 ? 0 : value >= 1 ? 2 : 6);

    private sealed record Asset(string Id, string Ticker, string Name, double Anchor, decimal Supply, decimal? MaxSupply)
    {
        private readonly PricePath path = new(Noise.Hash(11, Id), 0.025);

        public double PathAt(double seconds) => Anchor * Math.Exp(path.At(seconds));

        public decimal PriceAt(long seconds, IMarket market) =>
            market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Quote == "USD" && i.Base.Equals(Ticker, StringComparison.OrdinalIgnoreCase)) is { } instrument
            && market.Latest(instrument) is { } latest ? latest.Price : (decimal)PathAt(seconds);
    }
}
