using CryptoAspire.Market.Context;

namespace CryptoAspire.Dashboard.Cold;

/// <summary>What is told about the market from outside of it.</summary>
/// <param name="Market">Coins, the largest capitalisation first.</param>
/// <param name="Days">The Fear &amp; Greed index, newest day first.</param>
/// <param name="News">Newest first.</param>
public sealed record ContextView(IReadOnlyList<MarketData> Market, IReadOnlyList<Sentiment> Days, IReadOnlyList<News> News)
{
    /// <summary>The newest day; null while there is none.</summary>
    public Sentiment? Today => Days.Count > 0 ? Days[0] : null;

    /// <summary>The days of the newest day's source, oldest first: one index, not two in turns.</summary>
    public IReadOnlyList<Sentiment> History { get; } = [.. Days.Where(day => day.Source == Days[0].Source).Reverse()];

    /// <summary>All coins together, US dollars.</summary>
    public decimal? MarketCap => Market.Any(static coin => coin.MarketCap is not null) ? Market.Sum(static coin => coin.MarketCap ?? 0) : null;

    /// <summary>The coins that articles mention, the most mentioned first.</summary>
    public IReadOnlyList<string> Assets { get; } =
        [.. News.SelectMany(static article => article.Assets).CountBy(static asset => asset).OrderByDescending(static of => of.Value).ThenBy(static of => of.Key, StringComparer.Ordinal).Select(static of => of.Key)];
}
