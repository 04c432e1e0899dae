using System.Globalization;
using System.Text;
using System.Xml;
using Microsoft.Net.Http.Headers;

namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>The publishers' RSS 2.0 feeds under their names, in CoinDesk's style or in Cointelegraph's, with tag and date.</summary>
internal static class RssEndpoints
{
    private const int Items = 25;
    private const string DublinCore = "http://purl.org/dc/elements/1.1/";

    public static void MapRss(this WebApplication app)
    {
        foreach (var (publisher, path) in new[] { ("coindesk", "arc/outboundfeeds/rss/"), ("cointelegraph", "rss"), ("decrypt", "feed"), ("bitcoin-magazine", "feed") })
        {
            app.MapGroup(publisher)
                .AddEndpointFilter(new RateLimit(perSecond: 0.5, burst: 30, app.Services.GetRequiredService<TimeProvider>(), http =>
                {
                    http.Response.Headers.RetryAfter = "30";
                    return Results.Text("<html><body>Too Many Requests</body></html>", "text/html", statusCode: StatusCodes.Status429TooManyRequests);
                }))
                .MapGet(path, (TimeProvider clock) => Feed(publisher, clock));
        }
    }

    private static IResult Feed(string publisher, TimeProvider clock)
    {
        var headlines = Headlines.Newest(publisher, clock.GetUtcNow(), Items);
        // Results.File answers If-None-Match and If-Modified-Since with 304.
        return Results.File(Xml(publisher, headlines), "application/rss+xml; charset=utf-8", lastModified: headlines[0].Published,
            entityTag: new EntityTagHeaderValue($"\"{publisher}-{headlines[0].Number}\""));
    }

    private static byte[] Xml(string publisher, IReadOnlyList<Headline> headlines)
    {
        using var body = new MemoryStream();
        using (var xml = XmlWriter.Create(body, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("rss");
            xml.WriteAttributeString("version", "2.0");
            xml.WriteAttributeString("xmlns", "dc", null, DublinCore);
            xml.WriteStartElement("channel");
            xml.WriteElementString("title", $"{publisher} (simulated)");
            xml.WriteElementString("link", $"https://{publisher}.example/");
            xml.WriteElementString("description", "Invented by the market simulator");
            xml.WriteElementString("ttl", "5");
            foreach (var headline in headlines) Item(xml, publisher, headline);
        }
        return body.ToArray();
    }

    private static void Item(XmlWriter xml, string publisher, Headline headline)
    {
        var decorated = publisher == "cointelegraph";
        xml.WriteStartElement("item");
        xml.WriteStartElement("title");
        if (decorated) xml.WriteString(headline.Title + " ");
        else xml.WriteCData(System.Net.WebUtility.HtmlEncode(headline.Title));
        xml.WriteEndElement();
        xml.WriteStartElement("link");
        if (decorated) xml.WriteCData(headline.Link + "?utm_source=rss_feed&utm_medium=rss");
        else xml.WriteString(headline.Link);
        xml.WriteEndElement();
        xml.WriteStartElement("guid");
        xml.WriteAttributeString("isPermaLink", decorated ? "true" : "false");
        xml.WriteString(decorated ? headline.Link : $"{publisher}-{headline.Number}");
        xml.WriteEndElement();
        xml.WriteElementString("pubDate", headline.Published.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        xml.WriteStartElement("description");
        xml.WriteCData(decorated ? $"<p style=\"float:right\"><img src=\"https://{publisher}.example/i.jpg\"></p><p>{headline.Text}</p>" : headline.Text);
        xml.WriteEndElement();
        xml.WriteElementString("creator", DublinCore, "The Simulator");
        xml.WriteElementString("category", "Markets");
        xml.WriteEndElement();
    }
}
