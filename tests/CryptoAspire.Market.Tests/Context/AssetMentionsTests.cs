using CryptoAspire.Market.Context;

namespace CryptoAspire.Market.Tests.Context;

public sealed class AssetMentionsTests
{
    [Theory]
    [InlineData("Bitcoin and ETHEREUM's fees", "BTC ETH")]
    [InlineData("Bitcoin Cash splits", "BCH")]
    [InlineData("Bitcoin, cash and $sol", "BTC SOL")]
    [InlineData("ether, which can't be frozen", "ETH")]
    [InlineData("A link near the dot: sui generis, an ada compiler", "")]
    [InlineData("LINK, NEAR and DOT", "DOT LINK NEAR")]
    [InlineData("abitcoinb XBTC", "")]
    [InlineData("Spot-Bitcoin ETF", "BTC")]
    [InlineData("$ $$ - '", "")]
    public void A_text_mentions_coins_by_name_or_by_ticker(string text, string assets) => Assert.Equal(assets, string.Join(' ', AssetMentions.In(text, null)));

    [Theory]
    [InlineData("https://news.example/a", "https://www.NEWS.example/a/?utm_source=rss#top", true)]
    [InlineData("https://news.example/a", "http://news.example/a", true)]
    [InlineData("https://news.example/a", "https://news.example/b", false)]
    [InlineData("https://news.example/a", "https://other.example/a", false)]
    public void The_same_article_has_one_id_under_every_link_to_it(string one, string other, bool same) => Assert.Equal(same, News.IdOf(new Uri(one)) == News.IdOf(new Uri(other)));
}
