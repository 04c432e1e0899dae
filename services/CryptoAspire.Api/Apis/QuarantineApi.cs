using System.ComponentModel;
using System.Text;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Quarantine;
using CryptoAspire.Api.Steering;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>The quarantine: look at what was refused, and send it again once its cause is mended.</summary>
internal static class QuarantineApi
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1000;

    public static void MapQuarantineApi(this IEndpointRouteBuilder app)
    {
        var quarantine = app.MapGroup("/api/v1/quarantine").WithTags("Quarantine");
        quarantine.MapGet("/", GetQuarantine)
            .WithName("GetQuarantine")
            .WithSummary("Bronze records that were refused, newest first")
            .WithDescription("Key and value are the bytes as they came, in Base64.")
            .Produces<QuarantineList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        quarantine.MapGet("/{id:long}", GetQuarantined)
            .WithName("GetQuarantinedRecord")
            .WithSummary("One refused record, as text and in hexadecimal")
            .Produces<QuarantineItem>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        quarantine.MapPost("/{id:long}/reinject", Reinject)
            .WithName("ReinjectQuarantinedRecord")
            .WithSummary("Sends a refused record to its topic again, once")
            .WithDescription("As it came, or mended: with value, which must be a valid record. Its header quarantine-id says where it comes from.")
            .Produces<QuarantineItem>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireApiKey();
        quarantine.MapPost("/reinject", ReinjectMany)
            .WithName("ReinjectQuarantine")
            .WithSummary("Sends refused records that a filter selects to their topics again, each once")
            .Produces<ReinjectAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireApiKey();
    }

    private static async Task<IResult> GetQuarantine(
        OperationsQueries queries,
        [Description("A topic, such as crypto_prices.")] string? topic,
        [Description("Part of the reason.")] string? reason,
        [Description("Refused at or after, ISO 8601.")] string? from,
        [Description("Refused before, ISO 8601.")] string? to,
        [Description("true: only those that were sent again; false: only the others.")] string? reinjected,
        [Description("1 to 1000; 100 when left out.")] string? limit,
        [Description("Only those with a lower id: next of the page before.")] string? before,
        CancellationToken cancel)
    {
        var most = Arguments.ReadCount("limit", limit, DefaultLimit, MostRows);
        var filter = new QuarantineFilter
        {
            Topic = topic,
            Reason = reason,
            From = Arguments.ReadTime("from", from),
            To = Arguments.ReadTime("to", to),
            Reinjected = Arguments.ReadFlag("reinjected", reinjected),
            Before = Arguments.ReadBefore(before),
        };
        var records = await queries.QuarantineAsync(filter, most, cancel);
        return TypedResults.Ok(new QuarantineList(records, records.Count == most ? records[^1].Id : null));
    }

    private static async Task<IResult> GetQuarantined(OperationsQueries queries, long id, CancellationToken cancel) =>
        TypedResults.Ok(QuarantineItem.Of(await FindAsync(queries, id, cancel)));

    private static async Task<IResult> Reinject(HttpContext context, OperationsQueries queries, Reinjection reinjection, long id, ReinjectOrder? order, CancellationToken cancel)
    {
        var mended = order?.Value is { } text ? Encoding.UTF8.GetBytes(text) : null;
        if (mended is not null && Reinjection.MistakeIn(mended) is { } mistake)
            throw new RequestProblemException(400, "value", order!.Value, $"would be refused again: {mistake}.", "Mend it, or leave value out to send the bytes as they came.");
        if (!await reinjection.SendAsync(id, Requester.Of(context), mended, cancel))
        {
            var record = await FindAsync(queries, id, cancel);
            throw new RequestProblemException(409, "id", $"{id}", $"was sent again at {record.ReinjectedAt:u} by {record.ReinjectedBy}.", "A record is sent again once; if it was refused again, it is in the quarantine under a new id.");
        }

        return TypedResults.Ok(QuarantineItem.Of(await FindAsync(queries, id, cancel)));
    }

    private static async Task<IResult> ReinjectMany(HttpContext context, OperationsQueries queries, Reinjection reinjection, ReinjectFilter filter, CancellationToken cancel)
    {
        if (filter is { Topic: null, Reason: null, From: null, To: null })
            throw new RequestProblemException(400, "filter", "", "selects everything.", "Give at least one of topic, reason, from and to.");
        var most = filter.Limit ?? DefaultLimit;
        if (most is < 1 or > MostRows)
            throw new RequestProblemException(400, "limit", $"{most}", $"is not a whole number from 1 to {MostRows}.", $"Leave it out for {DefaultLimit}.");

        var ids = await queries.QuarantineIdsAsync(new QuarantineFilter { Topic = filter.Topic, Reason = filter.Reason, From = filter.From, To = filter.To, Reinjected = false }, most + 1, cancel);
        var sent = new List<long>();
        foreach (var id in ids.Take(most))
        {
            if (await reinjection.SendAsync(id, Requester.Of(context), null, cancel))
                sent.Add(id);
        }

        return TypedResults.Ok(new ReinjectAnswer(sent, ids.Count > most));
    }

    private static async Task<QuarantinedRecord> FindAsync(OperationsQueries queries, long id, CancellationToken cancel) =>
        await queries.QuarantinedAsync(id, cancel)
        ?? throw new RequestProblemException(404, "id", $"{id}", "is not in the quarantine.", "GET /api/v1/quarantine lists what is.");
}
