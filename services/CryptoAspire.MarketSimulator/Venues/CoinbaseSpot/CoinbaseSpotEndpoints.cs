using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.CoinbaseSpot;

/// <summary>Coinbase's v2 price under <c>/coinbase-v2</c>: a cached number, without a time or a volume.</summary>
internal static class CoinbaseSpotEndpoints
{
    public static void MapCoinbaseSpot(this WebApplication app) =>
        app.MapGroup("/coinbase-v2/v2")
            .AddEndpointFilter(new RateLimit(perSecond: 10_000 / 3_600.0, burst: 100, app.Services.GetRequiredService<TimeProvider>(),
                _ => Error(StatusCodes.Status429TooManyRequests, "rate_limit_exceeded", "Too many requests")))
            .MapGet("/prices/{pair}/spot", Spot);

    private static IResult Spot(string pair, IMarket market)
    {
        var instrument = market.InstrumentsOf(VenueNames.Coinbase).FirstOrDefault(i => i.Id.Equals(pair, StringComparison.OrdinalIgnoreCase));
        return instrument is not null && market.Latest(instrument) is { } latest
            ? Results.Ok(new { data = new { amount = Wire.Text(latest.Price), @base = instrument.Base, currency = instrument.Quote } })
            : Error(StatusCodes.Status404NotFound, "not_found", "Invalid base currency");
    }

    private static IResult Error(int status, string id, string message) => Results.Json(new { errors = new[] { new { id, message } } }, statusCode: status);
}
