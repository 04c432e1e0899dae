using System.Security.Cryptography;
using System.Text;

namespace CryptoAspire.Market.Context;

/// <summary>One article: a record of the topic <c>news</c>. All texts are plain, without mark-up.</summary>
public sealed record News
{
    /// <summary>Topic and table.</summary>
    public const string Topic = "news";

    /// <summary>The same for the same article, whoever brings it and however it was edited: <see cref="IdOf"/>.</summary>
    public required string Id { get; init; }

    public required string Source { get; init; }

    /// <summary>Who published it, in words.</summary>
    public required string Publisher { get; init; }

    public required string Title { get; init; }

    public string? Summary { get; init; }

    public string? Author { get; init; }

    /// <summary>http or https.</summary>
    public required string Link { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>The assets that it mentions (BTC, ETH), sorted.</summary>
    public required IReadOnlyList<string> Assets { get; init; }

    /// <summary>
    /// An article's address without what only tells who sent the reader (query and fragment), hashed: feeds decorate their links, and an aggregator brings
    /// the same article as the publisher's own feed.
    /// </summary>
    public static string IdOf(Uri link)
    {
        var host = link.IdnHost.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? link.IdnHost[4..] : link.IdnHost;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{host.ToLowerInvariant()}{link.AbsolutePath.TrimEnd('/')}")).AsSpan(0, 16));
    }

    /// <summary>Whether this is an address that a page may offer as a link.</summary>
    public static bool IsLink(Uri? link) => link is { IsAbsoluteUri: true, Scheme: "http" or "https", AbsoluteUri.Length: <= 2_000 } && link.IdnHost.Length > 0;
}
