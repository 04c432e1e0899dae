using System.Globalization;
using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>The Fear &amp; Greed index under <c>/fear-greed</c>: a value a day that wanders, newest first, every number a string as in the original.</summary>
internal static class FearGreedEndpoints
{
    private const int SecondsPerDay = 86_400, FirstDay = 17_563;   // 2018-02-01

    private static readonly PricePath Mood = new(Noise.Hash(23, "fear and greed"), 0.25);

    public static void MapFearGreed(this WebApplication app) =>
        app.MapGroup("/fear-greed")
            .AddEndpointFilter(new RateLimit(perSecond: 1, burst: 60, app.Services.GetRequiredService<TimeProvider>(), http =>
            {
                http.Response.Headers.RetryAfter = "60";
                return Results.Json(new { name = "Fear and Greed Index", data = Array.Empty<string>(), metadata = new { error = "Too many requests." } }, statusCode: StatusCodes.Status429TooManyRequests);
            }))
            .MapGet("/fng", Index);

    private static IResult Index(string? limit, TimeProvider clock)
    {
        if (!int.TryParse(limit ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return Results.Json(new { name = "Fear and Greed Index", data = Array.Empty<string>(), metadata = new { error = "limit must be a number." } }, statusCode: StatusCodes.Status400BadRequest);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var today = now / SecondsPerDay;
        var days = Math.Min(count == 0 ? int.MaxValue : count, today - FirstDay + 1);
        return Wire.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", "Fear and Greed Index");
            json.WriteStartArray("data");
            for (var day = today; day > today - days; day--)
            {
                var value = ValueOf(day);
                json.WriteStartObject();
                json.WriteString("value", value.ToString(CultureInfo.InvariantCulture));
                json.WriteString("value_classification", ClassOf(value));
                json.WriteString("timestamp", (day * SecondsPerDay).ToString(CultureInfo.InvariantCulture));
                if (day == today) json.WriteString("time_until_update", ((today + 1) * SecondsPerDay - now).ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("metadata");
            json.WriteNull("error");
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static int ValueOf(long day) => (int)Math.Round(100 / (1 + Math.Exp(-2 * Mood.At(day * (double)SecondsPerDay))));

    private static string ClassOf(int value) => value switch { < 25 => "Extreme Fear", < 46 => "Fear", < 55 => "Neutral", < 76 => "Greed", _ => "Extreme Greed" };
}
