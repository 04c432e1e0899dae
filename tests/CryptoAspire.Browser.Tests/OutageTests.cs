using CryptoAspire.Testing;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

/// <summary>Whatever moment the dashboard dies at, an open page says so, keeps its figures and recovers by itself.</summary>
public sealed class OutageTests(BrowserSite browser) : IClassFixture<BrowserSite>
{
    [BrowserFact]
    public async Task Killed_while_it_is_watched()
    {
        await using var page = await OpenAsync();
        await Expect(page.Page.Locator("#trades tbody tr").First).ToBeVisibleAsync();
        await browser.Site.KillDashboardAsync();
        await LossIsShownAsync(page);
        await RecoversAsync(page);
    }

    [BrowserFact]
    public async Task Killed_before_the_first_connection_was_made()
    {
        var negotiation = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var page = await OpenAsync(p => p.RouteAsync("**/hubs/market/negotiate*", negotiation.SetResult, new() { Times = 1 }));
        var held = await negotiation.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await browser.Site.KillDashboardAsync();
        await held.ContinueAsync();
        await LossIsShownAsync(page);
        await RecoversAsync(page);
    }

    [BrowserFact]
    public async Task Killed_while_the_page_joins_its_channels()
    {
        // Nobody reads Gold while the lock is held, so one of the joins is still under way when the connection breaks.
        await using var connection = await browser.Site.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table gold_10min_metrics in access exclusive mode", connection, transaction))
            await command.ExecuteNonQueryAsync();
        await using var page = await OpenAsync();
        await Expect(page.Page.Locator("#trades tbody tr").First).ToBeVisibleAsync();
        await browser.Site.KillDashboardAsync();
        await transaction.RollbackAsync();
        await LossIsShownAsync(page);
        await RecoversAsync(page);
    }

    [BrowserFact]
    public async Task Killed_under_a_circuit()
    {
        await browser.Site.StartDashboardAsync();
        await using var page = await browser.OpenAsync("/gold", errorsAreExpected: true);
        await Expect(page.Page.Locator("[data-circuit=live]")).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("window.beforeTheOutage = true");
        await browser.Site.KillDashboardAsync();
        await Expect(page.Page.Locator("#connection-banner")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await browser.Site.StartDashboardAsync();

        // The new server has no such circuit, so the page loads itself anew.
        await Eventually.Passes(async () => Assert.True(await page.Page.EvaluateAsync<bool>("!window.beforeTheOutage")), TimeSpan.FromSeconds(60));
        await Expect(page.Page.Locator("[data-circuit=live]")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("#connection-banner")).ToBeHiddenAsync();
        await page.Page.GetByLabel("Filter by symbol").FillAsync("nothing like it");
        await Expect(page.Page.Locator("#gold-hourly")).ToContainTextAsync("No symbol contains");
    }

    [BrowserFact]
    public async Task Frozen_without_a_word()
    {
        await using var page = await OpenAsync();
        await Expect(page.Page.Locator("#trades tbody tr").First).ToBeVisibleAsync();
        browser.Site.FreezeDashboard();
        try
        {
            await LossIsShownAsync(page);
        }
        finally
        {
            browser.Site.ThawDashboard();
        }

        await RecoversAsync(page);
    }

    private async Task<BrowserPage> OpenAsync(Func<IPage, Task>? prepare = null)
    {
        await browser.Site.StartDashboardAsync();
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 65000m));
        var page = await browser.OpenAsync("/symbol/BTC-USD", errorsAreExpected: true, prepare: prepare);
        await Expect(page.Page.Locator("[data-head=price]")).ToHaveTextAsync("65,000.00");
        return page;
    }

    private static async Task LossIsShownAsync(BrowserPage page)
    {
        await Expect(page.Page.Locator("#connection-banner")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Page.Locator("[data-head=price]")).ToHaveTextAsync("65,000.00");
    }

    private async Task RecoversAsync(BrowserPage page)
    {
        await browser.Site.StartDashboardAsync();
        await Expect(page.Page.Locator("#connection-banner")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await browser.Site.ProduceAsync(browser.Site.NextTrade("BTC-USD", 66000m));
        await Expect(page.Page.Locator("[data-head=price]")).ToHaveTextAsync("66,000.00");
    }
}
