using System.Text.Json;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.News;

/// <summary>
/// NewsAPI's search (https://newsapi.org/docs/endpoints/everything) to <c>news</c>; read only when a key is set. Nearly every field may be null, and withdrawn
/// articles come as <c>[Removed]</c>.
/// </summary>
internal sealed class NewsApiSource(VenueRest rest, string key, TimeProvider clock) : IPolledSource
{
    public const string SourceName = "newsapi";
    public const string KeySetting = "Feeds:newsapi:Key";

    public static readonly Uri LiveRest = new("https://newsapi.org/");

    /// <summary>100 a day on the free plan.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 90 / 86_400.0, Burst: 5);

    private const string Query = "v2/everything?q=bitcoin%20OR%20ethereum%20OR%20crypto&language=en&sortBy=publishedAt&pageSize=100&page=1";
    private const string Withdrawn = "[Removed]";

    private readonly RestEndpoint everything = new("everything") { MaxBytes = 4 << 20, Header = ("X-Api-Key", key) };
    private readonly NewsWriter writer = new();

    public string Name => SourceName;

    public TimeSpan Interval => TimeSpan.FromMinutes(30);

    public async Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(everything, Query, cancellation);
        await PolledAnswer.EachAsync(body, root => root.GetProperty("articles"), outlet, clock, async article =>
        {
            if (PolledAnswer.Optional(article, "title") is not Withdrawn)
                await writer.WriteAsync(Read(article).ToNews(outlet.Source, clock), outlet, cancellation);
        }, cancellation);
    }

    private static Article Read(JsonElement article)
    {
        var publisher = article.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object ? PolledAnswer.Optional(source, "name") : null;
        return new Article(PolledAnswer.Optional(article, "title"), PolledAnswer.Optional(article, "description"), PolledAnswer.Optional(article, "author"), PolledAnswer.Optional(article, "url"),
            PolledAnswer.Time(article, "publishedAt"), publisher ?? "", []);
    }
}
