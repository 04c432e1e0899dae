using CryptoAspire.Dashboard.Tests;
using CryptoAspire.Market;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

[Collection(QuietSite.Name)]
public sealed class SymbolPageTests(BrowserSite browser)
{
    private static readonly DateTimeOffset First = new(2024, 8, 8, 23, 0, 0, TimeSpan.Zero);

    // Counts the pixels of the chart's canvases that are drawn in one of the two candle colours.
    private const string CandlePixels =
        """
        () => {
            const style = getComputedStyle(document.documentElement);
            const wanted = ['--up', '--down'].map(n => style.getPropertyValue(n).trim()).map(h => [1, 3, 5].map(i => parseInt(h.slice(i, i + 2), 16)));
            let count = 0;
            for (const canvas of document.querySelectorAll('#chart canvas')) {
                if (!canvas.width || !canvas.height) continue;
                const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                for (let i = 0; i < data.length; i += 4)
                    if (data[i + 3] > 200 && wanted.some(w => w.every((v, k) => Math.abs(v - data[i + k]) < 12))) count++;
            }
            return count;
        }
        """;

    [BrowserFact]
    public async Task Candles_are_drawn_and_the_last_one_moves_with_its_revisions()
    {
        for (var i = 0; i < 40; i++)
            await browser.Site.StoreAsync(DashboardSite.CandleOf("ETH-USD", First.AddMinutes(i), 1 + i % 7, 3000 + i % 9));
        await using var page = await browser.OpenAsync("/symbol/ETH-USD");
        var chart = page.Page.Locator("#chart");
        await Expect(chart).ToHaveAttributeAsync("data-bars", "40");
        await Expect(page.Page.Locator("#chart-empty")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("#chart-legend")).ToContainTextAsync("2024-08-08 23:39 UTC");
        Assert.InRange(await PixelsAsync(page), 500, int.MaxValue);

        await browser.Site.AnnounceAsync(DashboardSite.CandleOf("ETH-USD", First.AddMinutes(39), 19, 3003));
        await Expect(page.Page.Locator("#chart-legend")).ToContainTextAsync("C 3,022.00");
        await browser.Site.AnnounceAsync(DashboardSite.CandleOf("ETH-USD", First.AddMinutes(40), 1, 3022));
        await Expect(chart).ToHaveAttributeAsync("data-bars", "41");
        await Expect(chart).ToHaveAttributeAsync("data-last", "2024-08-08T23:40:00Z/1");

        // A late trade corrects an older bar: nothing is added, nothing is lost.
        await browser.Site.AnnounceAsync(DashboardSite.CandleOf("ETH-USD", First.AddMinutes(5), 12, 3005));
        await browser.Site.AnnounceAsync(DashboardSite.CandleOf("ETH-USD", First.AddMinutes(40), 2, 3022));
        await Expect(chart).ToHaveAttributeAsync("data-last", "2024-08-08T23:40:00Z/2");
        await Expect(chart).ToHaveAttributeAsync("data-bars", "41");
    }

    [BrowserFact]
    public async Task Another_interval_shows_its_own_candles_and_is_remembered()
    {
        for (var i = 0; i < 10; i++)
            await browser.Site.StoreAsync(DashboardSite.CandleOf("SOL-USD", First.AddMinutes(i), 3, 150));
        await browser.Site.StoreAsync(DashboardSite.CandleOf("SOL-USD", First, 3, 150) with { Interval = Interval.FiveMinutes });
        await browser.Site.StoreAsync(DashboardSite.CandleOf("SOL-USD", First.AddMinutes(5), 3, 150) with { Interval = Interval.FiveMinutes });
        await using var page = await browser.OpenAsync("/symbol/SOL-USD");
        await Expect(page.Page.Locator("#chart")).ToHaveAttributeAsync("data-bars", "10");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "5m", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("#chart")).ToHaveAttributeAsync("data-bars", "2");
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "5m", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.Locator("#chart")).ToHaveAttributeAsync("data-bars", "2");
    }

    [BrowserFact]
    public async Task Trades_appear_newest_first_and_the_headline_follows()
    {
        await using var page = await browser.OpenAsync("/symbol/ADA-USD");
        await Expect(page.Page.GetByText("Waiting for the next trade.")).ToBeVisibleAsync();
        await browser.Site.ProduceAsync(browser.Site.NextTrade("ADA-USD", 0.45m));
        await browser.Site.ProduceAsync(browser.Site.NextTrade("ADA-USD", 0.46m));
        await Expect(page.Page.Locator("#trades tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Page.Locator("#trades tbody tr").First.Locator(".price")).ToHaveTextAsync("0.46000");
        await Expect(page.Page.Locator("[data-head=price]")).ToHaveTextAsync("0.46000");
        await Expect(page.Page).ToHaveTitleAsync("0.46000 ADA-USD · CryptoAspire");
    }

    [BrowserFact]
    public async Task Gold_rows_fill_in_when_they_are_rolled()
    {
        await using var page = await browser.OpenAsync("/symbol/XTZ-USD");
        await Expect(page.Page.GetByText("10-minute job")).ToBeVisibleAsync();
        await browser.Site.ExecuteAsync(
            """
            insert into gold_10min_metrics (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
            values ('2024-08-08 23:50:00Z', 'XTZ-USD', 1.2345, 1, 2, 10, 1, 0.5, 42, 1, 1, 1, now());
            """);
        var row = page.Page.Locator("#gold-10min .rz-data-row");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("08-08 23:50");
        await Expect(row).ToContainTextAsync("1.2345");
        await Expect(row).ToContainTextAsync("42");
    }

    private static async Task<int> PixelsAsync(BrowserPage page)
    {
        // The chart draws in the frame after the data came.
        var pixels = 0;
        for (var i = 0; i < 200 && pixels < 500; i++)
        {
            await Task.Delay(50);
            pixels = await page.Page.EvaluateAsync<int>(CandlePixels);
        }

        return pixels;
    }
}
