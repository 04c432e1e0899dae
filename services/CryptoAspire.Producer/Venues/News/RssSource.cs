using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.News;

/// <summary>
/// A publisher's feed (RSS 2.0, https://www.rssboard.org/rss-specification, or Atom) to <c>news</c>. It is asked for with the tag and date of the last answer;
/// what has not changed costs no body. Document types, and with them entities, are refused.
/// </summary>
internal sealed class RssSource(NewsFeed feed, VenueRest rest, TimeProvider clock) : IPolledSource
{
    /// <summary>Publishers ask for no more than one in some minutes.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 1 / 30.0, Burst: 3);

    private const int MaxBytes = 4 << 20;
    private const string DublinCore = "http://purl.org/dc/elements/1.1/";

    private static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes, CloseInput = true };

    private readonly RestEndpoint endpoint = new("rss") { Fresh = TimeSpan.FromMinutes(1), MaxBytes = MaxBytes };
    private readonly NewsWriter writer = new();
    private byte[]? last;

    public string Name => feed.Name;

    /// <summary>CoinDesk's <c>ttl</c>.</summary>
    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    public async Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(endpoint, feed.Path, cancellation);
        if (ReferenceEquals(body, last)) return;
        List<SyndicationItem> items;
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body), Reading);
            items = [.. SyndicationFeed.Load(xml).Items];
        }
        catch (Exception e) when (e is XmlException or FormatException or ArgumentException or InvalidOperationException)
        {
            await outlet.RejectAsync(body, $"not a feed: {e.Message}", UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
            last = body;
            throw new HttpRequestException($"The answer is not a feed: {e.Message}", e);
        }
        foreach (var item in items)
        {
            try
            {
                await writer.WriteAsync(Read(item).ToNews(outlet.Source, clock), outlet, cancellation);
            }
            catch (Exception e) when (e is FormatException or XmlException or UriFormatException)
            {
                await outlet.RejectAsync(Encoding.UTF8.GetBytes($"{item.Id} {item.Title?.Text}"), e.Message, UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
            }
        }
        last = body;
    }

    /// <exception cref="FieldException">It has no date.</exception>
    /// <exception cref="XmlException">Its date is none.</exception>
    private Article Read(SyndicationItem item)
    {
        var published = item.PublishDate == default ? item.LastUpdatedTime : item.PublishDate;
        if (published == default) throw FieldException.Missing("pubDate");
        // A link of the element itself; those with a relation (enclosure) are others.
        var link = item.Links.FirstOrDefault(l => l.RelationshipType is null or "alternate")?.Uri?.OriginalString ?? item.Id;
        return new Article(item.Title?.Text, item.Summary?.Text ?? (item.Content as TextSyndicationContent)?.Text, Author(item), link, published, feed.Publisher, [.. item.Categories.Select(c => c.Name).Where(n => n is not null).Take(32)]);
    }

    private static string? Author(SyndicationItem item) =>
        item.ElementExtensions.ReadElementExtensions<string>("creator", DublinCore).FirstOrDefault() ?? item.Authors.FirstOrDefault()?.Name;
}
