using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>Technical signals.</summary>
internal static class SignalsApi
{
    private const int DefaultLimit = 200;
    private const int MostSignals = 5000;

    public static void MapSignalsApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/signals/{symbol}", GetSignals)
            .WithName("GetSignals")
            .WithTags("Signals")
            .WithSummary("Technical signals of one symbol, oldest first")
            .WithDescription("At the close of each candle of all venues together; the newest that the scheduler has computed.")
            .Produces<SignalSeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetSignals(
        HttpContext context,
        SignalQueries signals,
        KnownSymbols known,
        [Description("BTC-USD; other spellings are read too.")] string symbol,
        [Description("1m (default), 5m, 15m, 1h, 4h or 1d.")] string? interval,
        [Description("Newest candles, 1 to 5000; 200 when left out.")] string? limit,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var length = Arguments.ReadInterval(interval);
        var points = await signals.ReadAsync(canonical, length, Arguments.ReadCount("limit", limit, DefaultLimit, MostSignals), cancel);
        if (points.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);

        var tag = new EntityTag();
        foreach (var point in points)
        {
            tag.Add(point.Start.UtcTicks);
            tag.Add(point.CreatedAt.UtcTicks);
        }

        return tag.Answer(context, new SignalSeries(canonical, length.Name(), [.. points.Select(SignalItem.Of)]));
    }
}
