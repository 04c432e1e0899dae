using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Steering;
using CryptoAspire.Market;
using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Api.Apis;

/// <summary>What the producers follow; they see a change within seconds.</summary>
internal static class SymbolsApi
{
    public static void MapSymbolsApi(this IEndpointRouteBuilder app)
    {
        var symbols = app.MapGroup("/api/v1/symbols").WithTags("Feeds");
        symbols.MapGet("", List).WithName("ListTrackedSymbols").WithSummary("The symbols that are followed").Produces<TrackedSymbolList>();
        symbols.MapPost("", Add)
            .WithName("TrackSymbol")
            .WithSummary("Follows a further symbol")
            .WithDescription("The producers subscribe within seconds, without a restart. A pair that no venue lists is kept: it may be listed later.")
            .Produces<TrackedSymbolItem>(StatusCodes.Status201Created)
            .Produces<TrackedSymbolItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireApiKey();
        symbols.MapDelete("/{symbol}", Remove)
            .WithName("UntrackSymbol")
            .WithSummary("Ends following a symbol; its history stays")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireApiKey();
    }

    private static async Task<IResult> List(TrackedSymbols table, CancellationToken cancel) =>
        TypedResults.Ok(new TrackedSymbolList([.. (await table.ListAsync(cancel)).Select(r => new TrackedSymbolItem(r.Symbol, r.Venue, r.AddedAt))]));

    private static async Task<IResult> Add(TrackRequest request, TrackedSymbols table, TimeProvider time, CancellationToken cancel)
    {
        var item = new TrackedSymbolItem(Read(request.Symbol), Arguments.ReadVenue(request.Venue), time.GetUtcNow());
        return await table.AddAsync(item.Symbol, item.Venue, cancel)
            ? TypedResults.Created($"/api/v1/symbols/{item.Symbol}", item)
            : TypedResults.Ok((await table.ListAsync(cancel)).Where(r => r.Symbol == item.Symbol && r.Venue == item.Venue).Select(r => item with { AddedAt = r.AddedAt }).FirstOrDefault() ?? item);
    }

    private static async Task<IResult> Remove(
        [Description("BTC, ETH-BTC or another spelling.")] string symbol, [Description("As it was added; * when left out.")] string? venue, TrackedSymbols table, CancellationToken cancel)
    {
        var name = Read(symbol);
        var place = Arguments.ReadVenue(venue);
        return await table.RemoveAsync(name, place, cancel)
            ? TypedResults.NoContent()
            : throw new RequestProblemException(404, "symbol", symbol, $"is not followed at venue {place}.", "GET /api/v1/symbols lists what is followed.");
    }

    private static string Read(string? text) => text is not null && TrackedName.TryParse(text, out var name)
        ? name
        : throw new RequestProblemException(400, "symbol", text, "is neither a coin nor a pair.", "Write a coin such as BTC or a pair such as ETH-BTC.");
}
