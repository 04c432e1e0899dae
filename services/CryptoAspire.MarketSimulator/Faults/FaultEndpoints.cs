using System.Globalization;
using System.IO.Compression;

namespace CryptoAspire.MarketSimulator.Faults;

/// <summary>
/// <c>POST /faults/{kind}?venue=*&amp;seconds=5&amp;share=1&amp;offset=0</c> turns a fault on, <c>DELETE /faults</c> all of them off, <c>GET /faults</c> lists them and what
/// they have hit. <c>Simulator:Faults</c> turns some on from the start: <c>gap:binance:3600:0.01;garbage:*:60:0.1</c>.
/// </summary>
public static class FaultEndpoints
{
    private const double LongestSeconds = 86_400;

    public static void AddFaults(this WebApplicationBuilder builder)
    {
        var wanted = (builder.Configuration["Simulator:Faults"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => (text, parts: text.Split(':')))
            .Select(f => Read(f.parts.ElementAtOrDefault(0), f.parts.ElementAtOrDefault(1), f.parts.ElementAtOrDefault(2), f.parts.ElementAtOrDefault(3), f.parts.ElementAtOrDefault(4))
                ?? throw new SettingException("Simulator:Faults", f.text, "kind:venue:seconds:share:offset, for example gap:binance:60:0.01, several separated by ';'"))
            .ToList();
        builder.Services.AddSingleton(services =>
        {
            var board = new FaultBoard(services.GetRequiredService<TimeProvider>());
            foreach (var (kind, venue, length, share, offset) in wanted) board.Start(kind, venue, length, share, offset);
            return board;
        });
    }

    public static void MapFaults(this WebApplication app)
    {
        app.MapGet("/faults", (FaultBoard board) => Results.Ok(new
        {
            active = board.Active.Select(f => new { kind = f.Kind.ToString(), f.Venue, f.Until, f.Share, f.OffsetSeconds }),
            injected = board.Injected.ToDictionary(i => i.Key.ToString(), i => i.Value),
        }));
        app.MapDelete("/faults", (FaultBoard board) =>
        {
            board.Clear();
            return Results.NoContent();
        });
        app.MapPost("/faults/{kind}", (string kind, string? venue, string? seconds, string? share, string? offset, FaultBoard board) =>
        {
            if (Read(kind, venue, seconds, share, offset) is not var (what, whose, length, part, skew))
                return Results.BadRequest(new { message = $"'{kind}' with these values is no fault: use one of {string.Join(", ", Enum.GetNames<FaultKind>())}; seconds up to {LongestSeconds}, share above 0 up to 1." });
            board.Start(what, whose, length, part, skew);
            return Results.Accepted();
        });
    }

    /// <summary>Requests to a venue's REST interface while it suffers.</summary>
    public static void UseRestFaults(this WebApplication app) => app.Use(async (http, next) =>
    {
        var board = http.RequestServices.GetRequiredService<FaultBoard>();
        var path = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        // Below a venue's name; the simulator's own pages never suffer.
        if (board.IsQuiet || http.WebSockets.IsWebSocketRequest || path.Length < 2 || path[0] == "faults")
        {
            await next(http);
            return;
        }
        var venue = path[0];
        if (board.Find(FaultKind.RateLimit, venue) is { } storm)
        {
            board.Count(FaultKind.RateLimit);
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            http.Response.Headers.RetryAfter = Math.Clamp(Math.Ceiling((storm.Until - DateTimeOffset.UtcNow).TotalSeconds), 1, 60).ToString(CultureInfo.InvariantCulture);
            await http.Response.WriteAsJsonAsync(new { code = -1003, msg = "Too many requests.", message = "Public rate limit exceeded" });
        }
        else if (board.Find(FaultKind.Unavailable, venue) is not null)
        {
            board.Count(FaultKind.Unavailable);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync("<html>503 Service Temporarily Unavailable</html>");
        }
        else if (board.Find(FaultKind.ZipBomb, venue) is not null)
        {
            board.Count(FaultKind.ZipBomb);
            http.Response.Headers.ContentEncoding = "gzip";
            http.Response.ContentType = "application/json";
            await using var zip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
            var zeros = new byte[1 << 20];
            for (var megabyte = 0; megabyte < 1024 && !http.RequestAborted.IsCancellationRequested; megabyte++) await zip.WriteAsync(zeros, http.RequestAborted);
        }
        else
        {
            await next(http);
        }
    });

    private static (FaultKind, string, TimeSpan, double, double)? Read(string? kind, string? venue, string? seconds, string? share, string? offset)
    {
        static double? Number(string? text, double otherwise) => string.IsNullOrEmpty(text) ? otherwise
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
        if (!Enum.TryParse<FaultKind>(kind, ignoreCase: true, out var what) || !Enum.IsDefined(what) || char.IsDigit(kind![0])) return null;
        if (Number(seconds, 5) is not (>= 0 and <= LongestSeconds and var length) || Number(share, 1) is not (> 0 and <= 1 and var part)) return null;
        if (Number(offset, 0) is not (>= -LongestSeconds and <= LongestSeconds and var skew)) return null;
        return (what, string.IsNullOrEmpty(venue) ? "*" : venue.ToLowerInvariant(), TimeSpan.FromSeconds(length), part, skew);
    }
}
