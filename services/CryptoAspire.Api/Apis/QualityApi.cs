using System.ComponentModel;
using System.Globalization;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Api.Apis;

/// <summary>How good the data is: scores, what the expectations found, and how our candles compare with the venues' own.</summary>
internal static class QualityApi
{
    private const int DefaultLimit = 100;
    private const int MostRows = 1000;

    public static void MapQualityApi(this IEndpointRouteBuilder app)
    {
        var quality = app.MapGroup("/api/v1").WithTags("Quality");
        quality.MapGet("/quality", GetQuality)
            .WithName("GetQuality")
            .WithSummary("Scores of each symbol and venue with their 24-hour trend, and what fails")
            .WithDescription("0 to 100. Checked by the job quality every quarter of an hour and after Gold.")
            .Produces<QualityOverview>();
        quality.MapGet("/quality/{symbol}", GetSymbolQuality)
            .WithName("GetSymbolQuality")
            .WithSummary("One symbol's scores, their trend, and what the newest pass found")
            .Produces<SymbolQuality>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        quality.MapGet("/quality/results", GetResults)
            .WithName("GetQualityResults")
            .WithSummary("What the expectations found, newest first")
            .Produces<QualityResultList>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        quality.MapGet("/reconciliation", GetReconciliation)
            .WithName("GetReconciliation")
            .WithSummary("Our one-minute candles beside the venues' own")
            .WithDescription("The scoreboard of each venue, and the minutes; with differing=true (the default) only those that differ.")
            .Produces<ReconciliationReport>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> GetQuality(QualityQueries queries, CancellationToken cancel) =>
        TypedResults.Ok(new QualityOverview(await queries.ScoresAsync(null, cancel), await queries.NewestAsync(null, failing: true, DefaultLimit, cancel)));

    private static async Task<IResult> GetSymbolQuality(QualityQueries queries, KnownSymbols known, [Description("BTC-USD; other spellings are read too.")] string symbol, CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var scores = await queries.ScoresAsync(canonical, cancel);
        if (scores.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);
        return TypedResults.Ok(new SymbolQuality(canonical, scores, await queries.TrendAsync(canonical, cancel), await queries.NewestAsync(canonical, failing: false, MostRows, cancel)));
    }

    private static async Task<IResult> GetResults(
        QualityQueries queries,
        [Description("BTC-USD; other spellings are read too.")] string? symbol,
        [Description("A source, or * for all venues together.")] string? venue,
        [Description("An expectation's name.")] string? expectation,
        [Description("true: only what passed; false: only what failed.")] string? passed,
        [Description("1 to 1000; 100 when left out.")] string? limit,
        [Description("Only those with a lower id: next of the page before.")] string? before,
        CancellationToken cancel)
    {
        var filter = new QualityFilter
        {
            Symbol = symbol is null ? null : Arguments.ReadSymbol(symbol),
            Venue = venue is null ? null : Arguments.ReadVenue(venue),
            Expectation = expectation,
            Passed = Arguments.ReadFlag("passed", passed),
            Before = Arguments.ReadBefore(before),
            Limit = Arguments.ReadCount("limit", limit, DefaultLimit, MostRows),
        };
        var results = await queries.ResultsAsync(filter, cancel);
        return TypedResults.Ok(new QualityResultList(results, results.Count == filter.Limit ? results[^1].Id : null));
    }

    private static async Task<IResult> GetReconciliation(
        ReconciliationQueries queries,
        [Description("A venue's source, such as binance.")] string? source,
        [Description("BTC-USD; other spellings are read too.")] string? symbol,
        [Description("true (default): only minutes that differ; false: all.")] string? differing,
        [Description("1 to 1000; 100 when left out.")] string? limit,
        CancellationToken cancel) =>
        TypedResults.Ok(new ReconciliationReport(
            await queries.ScoreboardAsync(cancel),
            await queries.MinutesAsync(
                source is null ? null : Arguments.ReadVenue(source),
                symbol is null ? null : Arguments.ReadSymbol(symbol),
                Arguments.ReadFlag("differing", differing) ?? true,
                Arguments.ReadCount("limit", limit, DefaultLimit, MostRows),
                cancel)));
}
