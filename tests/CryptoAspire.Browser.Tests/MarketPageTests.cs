using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

public sealed class MarketPageTests(BrowserSite browser) : IClassFixture<BrowserSite>
{
    [BrowserFact]
    public async Task A_price_change_appears_in_its_cell_and_flashes()
    {
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 65000.25m));
        await using var page = await browser.OpenAsync("/");
        await Expect(page.Price("BTC-USD")).ToHaveTextAsync("65,000.25");
        await page.Page.EvaluateAsync(
            """
            () => {
                const animate = Element.prototype.animate;
                window.flashed = [];
                Element.prototype.animate = function (...a) { window.flashed.push(this.textContent + ' ' + a[0][0].backgroundColor); return animate.apply(this, a); };
            }
            """);

        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 65001.5m));
        await Expect(page.Price("BTC-USD")).ToHaveTextAsync("65,001.50");
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 64999m));
        await Expect(page.Price("BTC-USD")).ToHaveTextAsync("64,999.00");

        var flashed = await page.Page.EvaluateAsync<string[]>("window.flashed");
        Assert.Equal(["65,001.50", "64,999.00"], flashed.Select(f => f.Split(' ')[0]));
        Assert.NotEqual(flashed[0].Split(' ', 2)[1], flashed[1].Split(' ', 2)[1]);
    }

    [BrowserFact]
    public async Task A_new_symbol_gets_a_row_and_the_filter_finds_it()
    {
        await using var page = await browser.OpenAsync("/");
        await browser.Site.ProduceAsync(browser.Site.NextTrade("AVAX-USD", 25m));
        await browser.Site.ProduceAsync(browser.Site.NextTrade("LINK-USD", 12m));
        await Expect(page.Price("AVAX-USD")).ToHaveTextAsync("25.0000");
        await Expect(page.Price("LINK-USD")).ToBeVisibleAsync();

        await page.Page.GetByLabel("Filter by symbol or venue").FillAsync("avax");
        await Expect(page.Row("AVAX-USD")).ToBeVisibleAsync();
        await Expect(page.Row("LINK-USD")).ToBeHiddenAsync();
        await page.Page.GetByLabel("Filter by symbol or venue").FillAsync("nothing like it");
        await Expect(page.Page.GetByText("Nothing matches")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_column_heading_sorts_both_ways_from_the_keyboard()
    {
        await browser.Site.ProduceAsync(browser.Site.NextTrade("AAA-USD", 1m));
        await browser.Site.ProduceAsync(browser.Site.NextTrade("ZZZ-USD", 2m));
        await using var page = await browser.OpenAsync("/");
        await Expect(page.Row("ZZZ-USD")).ToBeVisibleAsync();
        var heading = page.Page.GetByRole(AriaRole.Button, new() { Name = "Symbol" });
        await heading.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("#market-table tbody tr").First).ToHaveAttributeAsync("data-symbol", "AAA-USD");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("#market-table tbody tr").First).ToHaveAttributeAsync("data-symbol", "ZZZ-USD");
        await Expect(page.Page.Locator("th[data-sort=symbol]")).ToHaveAttributeAsync("aria-sort", "descending");
    }

    [BrowserFact]
    public async Task Simulated_data_is_labelled_on_every_page()
    {
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 65000m));
        foreach (var path in new[] { "/", "/symbol/BTC-USD", "/nothing" })
        {
            await using var page = await browser.OpenAsync(path, errorsAreExpected: path == "/nothing");
            await Expect(page.Page.Locator("#feed-badge")).ToHaveTextAsync("Simulated data");
            await Expect(page.Page.Locator("#feed-badge")).ToBeVisibleAsync();
        }
    }

    [BrowserFact]
    public async Task The_theme_follows_the_system_until_it_is_switched_and_is_then_remembered()
    {
        await using var page = await browser.OpenAsync("/", scheme: ColorScheme.Light);
        var html = page.Page.Locator("html");
        await Expect(html).ToHaveAttributeAsync("data-theme", "light");
        var light = await BackgroundAsync(page);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Light theme" }).ClickAsync();
        await Expect(html).ToHaveAttributeAsync("data-theme", "dark");
        Assert.NotEqual(light, await BackgroundAsync(page));
        await page.Page.ReloadAsync();
        await Expect(html).ToHaveAttributeAsync("data-theme", "dark");
    }

    [BrowserFact]
    public async Task On_a_phone_nothing_scrolls_sideways_and_price_change_and_age_are_in_sight()
    {
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 123456.78m));
        await browser.Site.ProduceAsync(browser.Site.NextTrade("DOGE-USD", 0.12046m));
        await using var page = await browser.OpenAsync("/", width: 390, height: 844);
        await Expect(page.Price("BTC-USD")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(page.Row("BTC-USD").Locator("[data-cell=change]")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(page.Row("BTC-USD").Locator("[data-cell=age]")).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.False(await page.OverflowsAsync());
        await page.Row("BTC-USD").ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/symbol/BTC-USD$"));
        Assert.False(await page.OverflowsAsync());
    }

    [BrowserFact]
    public async Task A_price_that_stays_away_is_greyed_and_not_blanked()
    {
        await browser.Site.ProduceAsync(browser.Site.NextTrade("OLD-USD", 7m));
        await using var page = await browser.OpenAsync("/");
        await Expect(page.Price("OLD-USD")).ToHaveTextAsync("7.0000");
        await Expect(page.Row("OLD-USD")).ToHaveClassAsync("stale", new() { Timeout = 40000 });
        await Expect(page.Price("OLD-USD")).ToHaveTextAsync("7.0000");
        await browser.Site.ProduceAsync(browser.Site.NextTrade("OLD-USD", 8m));
        await Expect(page.Row("OLD-USD")).Not.ToHaveClassAsync("stale");
    }

    private static Task<string> BackgroundAsync(BrowserPage page) => page.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
