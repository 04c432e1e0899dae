using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Steering;
using CryptoAspire.Market;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Api.Apis;

/// <summary>Ranges of the past that the producers fetch from the venues' REST interfaces.</summary>
internal static class HistoryApi
{
    private const int DefaultLimit = 100, MostRequests = 1000;

    private static readonly DateTimeOffset Earliest = new(2009, 1, 3, 0, 0, 0, TimeSpan.Zero);

    public static void MapHistoryApi(this IEndpointRouteBuilder app)
    {
        var history = app.MapGroup("/api/v1/history").WithTags("History");
        history.MapGet("", List).WithName("ListHistoryRequests").WithSummary("Requests for history and how far they are, newest first").Produces<HistoryList>().ProducesProblem(StatusCodes.Status400BadRequest);
        history.MapGet("/{id:long}", Get).WithName("GetHistoryRequest").WithSummary("One request for history").Produces<HistoryItem>().ProducesProblem(StatusCodes.Status404NotFound);
        history.MapPost("", Add)
            .WithName("RequestHistory")
            .WithSummary("Has a range of the past fetched from a venue; with dryRun only says what there is of it already")
            .WithDescription("The producer that reads the venue works it off page by page, within the venue's limits, and goes on where it was after a restart. Candles are kept beside the live ones "
                + "(GET /api/v1/candles with origin); trades go through Bronze like live ones, and what is there already is dropped. Kraken tells only its newest 720 minutes, Gemini its newest day.")
            .Produces<HistoryPlan>()
            .Produces<HistoryItem>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .RequireApiKey();
        history.MapDelete("/{id:long}", Cancel)
            .WithName("CancelHistoryRequest")
            .WithSummary("Stops a request; what it brought stays")
            .Produces<HistoryItem>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .RequireApiKey();
    }

    private static async Task<IResult> List(
        HistoryOrders orders, [Description("1 to 1000, 100 when left out.")] string? limit, [Description("Only requests with a lower id.")] string? before, CancellationToken cancel)
    {
        var found = await orders.ListAsync(Arguments.ReadBefore(before), Arguments.ReadCount("limit", limit, DefaultLimit, MostRequests), cancel);
        return TypedResults.Ok(new HistoryList([.. found.Select(HistoryItem.Of)]));
    }

    private static async Task<IResult> Get(HistoryOrders orders, long id, CancellationToken cancel) => TypedResults.Ok(HistoryItem.Of(await FindAsync(orders, id, cancel)));

    private static async Task<IResult> Add(HttpContext context, HistoryOrders orders, FeedStates feeds, TimeProvider time, HistoryOrder order, CancellationToken cancel)
    {
        // 1. What is asked.
        var what = order.What is HistoryRequest.Candles or HistoryRequest.Trades
            ? order.What
            : throw new RequestProblemException(400, "what", order.What, "is neither candles nor trades.", "Write candles for the venue's own minutes, or trades.");
        var symbol = Arguments.ReadSymbol(order.Symbol ?? "");
        var from = Arguments.ReadTime("from", order.From) ?? throw new RequestProblemException(400, "from", null, "is missing.", "Give the start of the range, ISO 8601, for example 2024-08-08T00:00:00Z.");
        var now = time.GetUtcNow();
        var to = Arguments.ReadTime("to", order.To) is { } end && end < now ? end : now;
        if (what == HistoryRequest.Candles)
            (from, to) = (Minute(from), Minute(to));
        if (from < Earliest)
            throw new RequestProblemException(400, "from", order.From, "is before Bitcoin's first block.", "Give a time from 2009 on.");
        if (from >= to)
            throw new RequestProblemException(400, "from", order.From, $"is not before the end, '{to:yyyy-MM-dd'T'HH:mm:ss'Z'}'.", "Give a from that is earlier than to and has passed.");
        var source = await SourceAsync(feeds, order.Venue, cancel);

        // 2. What there is of it.
        if (order.DryRun)
        {
            var preview = await orders.PreviewAsync(source, symbol, from, to, cancel);
            return TypedResults.Ok(new HistoryPlan(source, symbol, what, from, to, preview.Minutes, preview.Live, preview.History, preview.Missing));
        }

        // 3. The request.
        var id = await orders.AddAsync(source, symbol, what, from, to, Requester.Of(context), cancel);
        return TypedResults.Accepted($"/api/v1/history/{id}", HistoryItem.Of(await FindAsync(orders, id, cancel)));
    }

    private static async Task<IResult> Cancel(HttpContext context, HistoryOrders orders, long id, CancellationToken cancel)
    {
        var request = await FindAsync(orders, id, cancel);
        return await orders.CancelAsync(id, Requester.Of(context), cancel)
            ? TypedResults.Ok(HistoryItem.Of(await FindAsync(orders, id, cancel)))
            : throw new RequestProblemException(409, "id", $"{id}", $"is {request.State}.", "Only requests that are open or running can be cancelled.");
    }

    private static async Task<HistoryRequest> FindAsync(HistoryOrders orders, long id, CancellationToken cancel) =>
        await orders.FindAsync(id, cancel) ?? throw new RequestProblemException(404, "id", $"{id}", "is no request for history.", "GET /api/v1/history lists them.");

    /// <summary>The source that is meant; a producer must read it, or nobody would do the work.</summary>
    private static async Task<string> SourceAsync(FeedStates feeds, string? venue, CancellationToken cancel)
    {
        var sources = (await feeds.ReadAsync(cancel)).Select(f => f.Source).Where(s => Venue.Exchanges.Any(v => v.Name == Venue.OfSource(s).Name)).Distinct().ToList();
        if (venue is not null && sources.Contains(venue))
            return venue;
        List<string> meant = [.. sources.Where(s => Venue.OfSource(s).Name == venue)];
        return meant.Count == 1
            ? meant[0]
            : throw new RequestProblemException(400, "venue", venue, "is not read by any producer.", sources.Count > 0 ? $"Use one of {string.Join(", ", sources)}." : "No producer has been running within the last hour: start one.");
    }

    private static DateTimeOffset Minute(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
}
