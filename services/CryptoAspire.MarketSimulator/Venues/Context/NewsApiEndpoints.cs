using System.Globalization;

namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>NewsAPI's search under <c>/newsapi</c>: any key but <c>invalid</c> will do; fields that are null, and one article that was withdrawn.</summary>
internal static class NewsApiEndpoints
{
    private const int MostArticles = 100;

    public static void MapNewsApi(this WebApplication app) =>
        app.MapGroup("/newsapi/v2")
            .AddEndpointFilter(new RateLimit(perSecond: 100 / 86_400.0, burst: 100, app.Services.GetRequiredService<TimeProvider>(),
                _ => Error(StatusCodes.Status429TooManyRequests, "rateLimited", "You have made too many requests recently.")))
            .MapGet("/everything", Everything);

    private static IResult Everything(HttpContext http, string? q, string? pageSize, TimeProvider clock)
    {
        var key = http.Request.Headers["X-Api-Key"].ToString();
        if (key.Length == 0) return Error(StatusCodes.Status401Unauthorized, "apiKeyMissing", "Your API key is missing.");
        if (key == "invalid") return Error(StatusCodes.Status401Unauthorized, "apiKeyInvalid", "Your API key is invalid or incorrect.");
        if (string.IsNullOrEmpty(q)) return Error(StatusCodes.Status400BadRequest, "parametersMissing", "Required parameters are missing: q.");
        if (!int.TryParse(pageSize ?? "100", NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or > MostArticles)
            return Error(StatusCodes.Status400BadRequest, "parameterInvalid", "pageSize must be from 1 to 100.");
        var headlines = Headlines.Newest("wire", clock.GetUtcNow(), count);
        return Results.Json(new
        {
            status = "ok",
            totalResults = headlines.Count,
            articles = headlines.Select((headline, i) => i == 3
                ? new { source = new { id = (string?)null, name = (string?)"[Removed]" }, author = (string?)null, title = "[Removed]", description = (string?)"[Removed]", url = "https://removed.com", urlToImage = (string?)null, publishedAt = "1970-01-01T00:00:00Z", content = (string?)"[Removed]" }
                : new
                {
                    source = new { id = (string?)null, name = (string?)"The Wire (simulated)" }, author = i % 2 == 0 ? "The Simulator" : null, title = headline.Title, description = i % 5 == 0 ? null : headline.Text, url = headline.Link,
                    urlToImage = (string?)null, publishedAt = headline.Published.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), content = (string?)(headline.Text + " [+1234 chars]"),
                }),
        });
    }

    private static IResult Error(int status, string code, string message) => Results.Json(new { status = "error", code, message }, statusCode: status);
}
