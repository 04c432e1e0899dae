using CryptoAspire.Market.Context;

namespace CryptoAspire.Producer.Venues.News;

/// <summary>An article as a feed tells of it, with whatever mark-up it brings.</summary>
internal sealed record Article(string? Title, string? Description, string? Author, string? Link, DateTimeOffset PublishedAt, string Publisher, IReadOnlyList<string> Categories)
{
    private const int LongestTitle = 300, LongestSummary = 600, LongestName = 120;

    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(15);

    /// <summary>The article as it goes to <c>news</c>: plain text, with the assets that it mentions.</summary>
    /// <exception cref="FieldException">A field is missing or has an impossible value.</exception>
    public Market.Context.News ToNews(string source, TimeProvider clock)
    {
        var title = HtmlText.Plain(Title ?? "", LongestTitle);
        if (title.Length == 0) throw FieldException.Missing("title");
        if (!Uri.TryCreate(Link?.Trim(), UriKind.Absolute, out var link) || !Market.Context.News.IsLink(link)) throw FieldException.Impossible("link", Link, "an address of http or https");
        PolledAnswer.NotAhead("published", PublishedAt, clock, Ahead);
        var summary = HtmlText.Plain(Description ?? "", LongestSummary);
        var author = HtmlText.Plain(Author ?? "", LongestName);
        var publisher = HtmlText.Plain(Publisher, LongestName);
        return new Market.Context.News
        {
            Id = Market.Context.News.IdOf(link),
            Source = source,
            Publisher = publisher.Length > 0 ? publisher : link.Host,
            Title = title,
            Summary = summary.Length > 0 ? summary : null,
            Author = author.Length > 0 ? author : null,
            Link = link.AbsoluteUri,
            PublishedAt = PublishedAt.ToUniversalTime(),
            Assets = AssetMentions.In([title, summary, .. Categories]),
        };
    }
}
