using System.Globalization;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Api.Steering;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Apis;

/// <summary>Has a range of the past done again by a job that takes <c>from</c>, <c>to</c> and <c>symbols</c>, or shows what that would be.</summary>
internal static class BackfillApi
{
    private const int MostBuckets = 1000;

    public static void MapBackfillApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/jobs/{job}/backfill", Backfill)
            .WithName("BackfillJob")
            .WithTags("Jobs")
            .WithSummary("Has a range of the past done again; with dryRun only says which buckets that would be")
            .Produces<BackfillPlan>()
            .Produces<JobRunItem>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireApiKey();
    }

    private static async Task<IResult> Backfill(
        HttpContext context, JobQueries jobs, RunQueue queue, GoldBackfill backfill, string job, BackfillOrder order, CancellationToken cancel)
    {
        // 1. What is asked.
        var known = await JobsApi.FindAsync(jobs, job, cancel);
        if (!new[] { "from", "to", "symbols" }.All(known.Parameters.Contains))
            throw new RequestProblemException(400, "job", job, "has no past to be done again.", "GET /api/v1/jobs lists the jobs; those with the parameters from, to and symbols can be backfilled.");
        var from = Required("from", order.From);
        var to = Required("to", order.To);
        if (from >= to)
            throw new RequestProblemException(400, "from", order.From, $"is not before to, '{order.To}'.", "Give a from that is earlier than to.");
        string[] symbols = [.. (order.Symbols ?? []).Select(Arguments.ReadSymbol).Distinct()];

        // 2. What that would be.
        if (order.DryRun)
        {
            var preview = await PreviewAsync(backfill, job, from, to, symbols, cancel);
            return TypedResults.Ok(new BackfillPlan(job, preview.Total, preview.Missing, preview.Buckets));
        }

        // 3. The run.
        var parameters = new Dictionary<string, string> { ["from"] = Text(from), ["to"] = Text(to) };
        if (symbols.Length > 0)
            parameters["symbols"] = string.Join(',', symbols);
        var id = await queue.EnqueueAsync(new RunRequest(job, RunCause.Backfill, Requester.Of(context)) { Parameters = parameters }, cancel);
        return TypedResults.Accepted($"/api/v1/jobs/{job}/runs/{id}", JobRunItem.Of(await JobsApi.FindRunAsync(jobs, job, id!.Value, cancel)));
    }

    private static Task<BackfillPreview> PreviewAsync(GoldBackfill backfill, string job, DateTimeOffset from, DateTimeOffset to, string[] symbols, CancellationToken cancel) => job switch
    {
        "gold-10min" => backfill.PreviewAsync(GoldGrain.TenMinutes, from, to, symbols, MostBuckets, cancel),
        "gold-hourly" => backfill.PreviewAsync(GoldGrain.Hour, from, to, symbols, MostBuckets, cancel),
        "gold-daily" => backfill.PreviewAsync(GoldGrain.Day, from, to, symbols, MostBuckets, cancel),
        "signals" => backfill.PreviewSignalsAsync(from, to, symbols, MostBuckets, cancel),
        _ => throw new RequestProblemException(400, "dryRun", "true", $"is not there for {job}: what it would do cannot be told beforehand.", "Leave dryRun out to run it."),
    };

    private static DateTimeOffset Required(string field, string? text) =>
        Arguments.ReadTime(field, text) ?? throw new RequestProblemException(400, field, text, "is missing.", "Give the range as from and to, ISO 8601, for example 2024-08-08T00:00:00Z.");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
