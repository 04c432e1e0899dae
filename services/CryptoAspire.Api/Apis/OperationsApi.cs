using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>For operators: incidents and the ledger.</summary>
internal static class OperationsApi
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1000;

    public static void MapOperationsApi(this IEndpointRouteBuilder app)
    {
        var operations = app.MapGroup("/api/v1").WithTags("Operations");
        operations.MapGet("/incidents", GetIncidents)
            .WithName("GetIncidents")
            .WithSummary("What an operator must know about, newest first")
            .Produces<IncidentList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        operations.MapGet("/ledger", GetLedger)
            .WithName("GetLedger")
            .WithSummary("What became of every Bronze record, by partition")
            .WithDescription("consumed = rows + duplicates + quarantined; nextOffset = consumed + skipped - rewound. Compared with the rows themselves every minute.")
            .Produces<Ledger>();
    }

    private static async Task<IResult> GetIncidents(
        OperationsQueries queries,
        [Description("1 to 1000; 100 when left out.")] string? limit,
        [Description("Only those with a lower id: the last id of the page before.")] string? before,
        CancellationToken cancel) =>
        TypedResults.Ok(new IncidentList(await queries.IncidentsAsync(Arguments.ReadBefore(before), Arguments.ReadCount("limit", limit, DefaultLimit, MostRows), cancel)));

    private static async Task<IResult> GetLedger(OperationsQueries queries, CancellationToken cancel)
    {
        var partitions = await queries.LedgerAsync(cancel);
        return TypedResults.Ok(new Ledger(partitions.All(static entry => entry is { Balanced: not false, FailedChecks: 0 }), partitions));
    }
}
