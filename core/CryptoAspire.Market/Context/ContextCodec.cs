using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace CryptoAspire.Market.Context;

/// <summary>
/// The values of the topics <c>market_data</c>, <c>sentiment</c> and <c>news</c>: JSON in snake_case, decimals as strings, times as ISO 8601 UTC (DESIGN §4).
/// </summary>
public static class ContextCodec
{
    private const int LongestText = 4_000;
    private const int MostAssets = 64;

    private static readonly JsonSerializerOptions Options =
        MarketJson.Configure(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true });

    public static byte[] ToUtf8<T>(T record) => JsonSerializer.SerializeToUtf8Bytes(record, Options);

    /// <summary>Decodes and validates one value of a topic.</summary>
    /// <param name="topic">One of the three.</param>
    /// <param name="value">The Kafka record's value.</param>
    /// <param name="record">A <see cref="MarketData"/>, <see cref="Sentiment"/> or <see cref="News"/>, when true is returned.</param>
    /// <param name="reason">Why it is refused, when false is returned.</param>
    public static bool TryRead(string topic, ReadOnlySpan<byte> value, [NotNullWhen(true)] out object? record, [NotNullWhen(false)] out string? reason)
    {
        record = null;
        try
        {
            record = topic switch
            {
                MarketData.Topic => JsonSerializer.Deserialize<MarketData>(value, Options),
                Sentiment.Topic => JsonSerializer.Deserialize<Sentiment>(value, Options),
                News.Topic => JsonSerializer.Deserialize<News>(value, Options),
                _ => throw new ArgumentException($"'{topic}' is no topic of this codec.", nameof(topic)),
            };
            reason = record switch
            {
                null => "value: null",
                MarketData market => Check(market),
                Sentiment sentiment => Check(sentiment),
                News news => Check(news),
                _ => "value: unknown",
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            reason = $"value: {failure.Message}";
        }

        return reason is null && record is not null;
    }

    private static string? Check(MarketData market) => market switch
    {
        { Price: <= 0 } => $"price: {market.Price} is not above 0",
        { MarketCap: < 0 } => $"market_cap: {market.MarketCap} is below 0",
        { Volume24h: < 0 } => $"volume_24h: {market.Volume24h} is below 0",
        { Rank: < 1 } => $"rank: {market.Rank} is below 1",
        _ => Texts(("source", market.Source), ("coin", market.Coin), ("asset", market.Asset), ("name", market.Name)),
    };

    private static string? Check(Sentiment sentiment) => sentiment.Value is < 0 or > 100
        ? $"value: {sentiment.Value} is not from 0 to 100"
        : Texts(("source", sentiment.Source), ("classification", sentiment.Classification));

    private static string? Check(News news)
    {
        if (!Uri.TryCreate(news.Link, UriKind.Absolute, out var link) || !News.IsLink(link))
            return "link: not an address of http or https";
        if (news.Assets.Count > MostAssets || news.Assets.Any(static asset => string.IsNullOrEmpty(asset) || asset.Length > 16))
            return $"assets: not at most {MostAssets} names of assets";
        return Texts(("id", news.Id), ("source", news.Source), ("publisher", news.Publisher), ("title", news.Title))
            ?? Texts(("summary", news.Summary ?? "-"), ("author", news.Author ?? "-"));
    }

    // PostgreSQL's text holds no NUL.
    private static string? Texts(params ReadOnlySpan<(string Field, string Text)> texts)
    {
        foreach (var (field, text) in texts)
        {
            if (text.Length is 0 or > LongestText || text.Contains('\0'))
                return $"{field}: not a text of 1 to {LongestText} characters";
        }

        return null;
    }
}
