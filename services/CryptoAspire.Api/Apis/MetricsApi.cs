using System.ComponentModel;
using CryptoAspire.Api.Contracts;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>Gold metrics.</summary>
internal static class MetricsApi
{
    private const int DefaultWindows = 144;
    private const int MostWindows = 4320;
    private const int DefaultHours = 24;
    private const int MostHours = 8784;
    private const int DefaultDays = 30;
    private const int MostDays = 3660;

    public static void MapMetricsApi(this IEndpointRouteBuilder app)
    {
        var metrics = app.MapGroup("/api/v1/metrics").WithTags("Metrics");
        metrics.MapGet("/10min/{symbol}", GetTenMinute)
            .WithName("GetTenMinuteMetrics")
            .WithSummary("Ten-minute metrics of one symbol, oldest first")
            .WithDescription("The newest windows that the scheduler has rolled; the default is a day of them.")
            .Produces<TenMinuteSeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        metrics.MapGet("/hourly/{symbol}", GetHourly)
            .WithName("GetHourlyMetrics")
            .WithSummary("Hourly metrics of one symbol, oldest first")
            .WithDescription("The given number of hours up to the symbol's newest row, so that replayed history is found too.")
            .Produces<HourlySeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        metrics.MapGet("/daily/{symbol}", GetDaily)
            .WithName("GetDailyMetrics")
            .WithSummary("Daily metrics of one symbol, oldest first")
            .WithDescription("The newest UTC days that the scheduler has rolled, today included.")
            .Produces<DailySeries>()
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> GetTenMinute(
        HttpContext context,
        MetricsQueries metrics,
        KnownSymbols known,
        [Description("BTC-USD; other spellings are read too.")] string symbol,
        [Description("Newest windows, 1 to 4320; 144 (a day) when left out.")] string? limit,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var count = Arguments.ReadCount("limit", limit, DefaultWindows, MostWindows);
        var rows = await metrics.TenMinutesAsync(canonical, count, cancel);
        if (rows.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);

        var tag = new EntityTag();
        foreach (var row in rows)
        {
            tag.Add(row.WindowStart.UtcTicks);
            tag.Add(row.CreatedAt.UtcTicks);
        }

        return tag.Answer(context, new TenMinuteSeries(canonical, [.. rows.Reverse().Select(TenMinuteItem.Of)]));
    }

    private static async Task<IResult> GetHourly(
        HttpContext context,
        MetricsQueries metrics,
        KnownSymbols known,
        [Description("BTC-USD; other spellings are read too.")] string symbol,
        [Description("1 to 8784 (366 days); 24 when left out.")] string? hours,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var count = Arguments.ReadCount("hours", hours, DefaultHours, MostHours);
        var rows = await metrics.HourlyAsync(canonical, count, cancel);
        if (rows.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);

        var tag = new EntityTag();
        foreach (var row in rows)
        {
            tag.Add(row.HourTimestamp.UtcTicks);
            tag.Add(row.CreatedAt.UtcTicks);
        }

        return tag.Answer(context, new HourlySeries(canonical, [.. rows.Reverse().Select(HourlyItem.Of)]));
    }

    private static async Task<IResult> GetDaily(
        HttpContext context,
        MetricsQueries metrics,
        KnownSymbols known,
        [Description("BTC-USD; other spellings are read too.")] string symbol,
        [Description("Newest days, 1 to 3660; 30 when left out.")] string? days,
        CancellationToken cancel)
    {
        var canonical = Arguments.ReadSymbol(symbol);
        var rows = await metrics.DailyAsync(canonical, Arguments.ReadCount("days", days, DefaultDays, MostDays), cancel);
        if (rows.Count == 0)
            await known.EnsureAsync(canonical, symbol, cancel);

        var tag = new EntityTag();
        foreach (var row in rows)
        {
            tag.Add(row.Day.UtcTicks);
            tag.Add(row.CreatedAt.UtcTicks);
        }

        return tag.Answer(context, new DailySeries(canonical, [.. rows.Reverse().Select(DailyItem.Of)]));
    }
}
