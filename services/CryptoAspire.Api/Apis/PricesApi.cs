using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>Newest prices.</summary>
internal static class PricesApi
{
    // Hundreds of callers in the same quarter of a second share one query.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);

    public static void MapPricesApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/prices/latest", GetLatest)
            .WithName("GetLatestPrices")
            .WithTags("Prices")
            .WithSummary("Newest price of every symbol, or of one")
            .WithDescription("All venues together: the record with the newest event time. At most a quarter of a second old.")
            .Produces<PriceList>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .CacheOutput(policy => policy.Expire(Fresh).SetVaryByQuery("symbol"));
    }

    private static async Task<IResult> GetLatest(
        PriceQueries prices, [Description("One symbol only, for example BTC-USD.")] string? symbol, CancellationToken cancel)
    {
        var canonical = symbol is null ? null : Arguments.ReadSymbol(symbol);
        var latest = await prices.LatestAsync(canonical, cancel);
        if (canonical is not null && latest.Count == 0)
            throw new RequestProblemException(404, "symbol", symbol, $"is unknown: there is no trade of {canonical}.", "Leave symbol out to see the symbols that there are.");
        return TypedResults.Ok(new PriceList([.. latest.Select(PriceItem.Of)]));
    }
}
