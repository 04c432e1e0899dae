using System.Net;
using System.Text.RegularExpressions;
using CryptoAspire.Testing;

namespace CryptoAspire.Dashboard.Tests;

public sealed class PageTests(DashboardSite site) : IClassFixture<DashboardSite>
{
    [Fact]
    public async Task The_first_html_already_holds_the_prices_and_the_badge()
    {
        await site.ProduceAsync(site.NextTrade("BTC-USD", 65083.67m));
        await Eventually.True(async () => (await site.Http.GetStringAsync("/")) is var html && html.Contains("65,083.67") && html.Contains(">Simulated data<"));
        Assert.Contains("65,083.67", await site.Http.GetStringAsync("/symbol/BTC-USD"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/symbol/BTC-USD")]
    [InlineData("/gold")]
    [InlineData("/feeds")]
    [InlineData("/pipeline")]
    [InlineData("/jobs")]
    [InlineData("/quality")]
    [InlineData("/context")]
    public async Task Nothing_comes_from_another_host_and_no_script_is_inline(string path)
    {
        using var response = await site.Http.GetAsync(path);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy);
        Assert.Contains("style-src 'self';", policy);
        Assert.DoesNotContain("unsafe", policy.Replace("style-src-attr 'unsafe-inline';", ""));
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("<script(?![^>]*src=)", html);
        Assert.DoesNotMatch("<style|\\son[a-z]+=", html);
        foreach (Match file in Regex.Matches(html, "<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]+)\""))
        {
            Assert.DoesNotContain("//", file.Groups[1].Value);
            using var loaded = await site.Http.GetAsync(file.Groups[1].Value);
            Assert.Equal(HttpStatusCode.OK, loaded.StatusCode);
        }
    }

    [Fact]
    public async Task Another_spelling_of_a_symbol_leads_to_the_canonical_address()
    {
        using var response = await site.Http.GetAsync("/symbol/btcusd");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.EndsWith("/symbol/BTC-USD", response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/symbol/!!")]
    [InlineData("/nothing")]
    public async Task A_page_that_is_none_is_404_and_says_where_to_go(string path)
    {
        using var response = await site.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is no such page", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Health_and_metrics_answer()
    {
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/alive")).StatusCode);
        await Eventually.True(async () => (await site.Http.GetAsync("/health")).StatusCode == HttpStatusCode.OK);
        Assert.Contains("# TYPE", await site.Http.GetStringAsync("/metrics"));
    }
}
