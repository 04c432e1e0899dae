using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

/// <summary>The tables in a circuit: Gold, Feeds, Pipeline.</summary>
[Collection(QuietSite.Name)]
public sealed class ColdPageTests(BrowserSite browser)
{
    [BrowserFact]
    public async Task Gold_rows_are_sorted_paged_and_filtered()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into gold_hourly_metrics (hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent,
                                             record_count, vwap, open, close, created_at)
            select timestamptz '2024-08-08 00:00Z' + make_interval(hours => i), case when i % 2 = 0 then 'EVEN-USD' else 'ODD-USD' end, 100 + i, 90, 200, 10, 1, 1, 1, 42, 1, 1, 1, now()
            from generate_series(1, 20) i
            """);
        await using var page = await browser.OpenAsync("/gold");
        var rows = page.Page.Locator("#gold-hourly .rz-data-row");
        await LiveAsync(page);
        await Expect(rows).ToHaveCountAsync(15);
        await Expect(rows.First).ToContainTextAsync("2024-08-08 20:00");

        await page.Page.Locator("#gold-hourly th", new() { HasText = "Average" }).ClickAsync();
        await Expect(rows.First).ToContainTextAsync("101.0000");
        await page.Page.Locator("#gold-hourly .rz-pager-next").ClickAsync();
        await Expect(rows).ToHaveCountAsync(5);
        await Expect(rows.Last).ToContainTextAsync("120.0000");

        await page.Page.GetByLabel("Filter by symbol").FillAsync("odd");
        await Expect(rows).ToHaveCountAsync(10);
        await page.Page.GetByLabel("Filter by symbol").FillAsync("nothing like it");
        await Expect(page.Page.Locator("#gold-hourly")).ToContainTextAsync("No symbol contains");
    }

    [BrowserFact]
    public async Task Feeds_show_each_source_and_the_holes_in_its_trade_ids()
    {
        await browser.Site.ExecuteAsync(
            "insert into gap (source, symbol, first_trade_id, last_trade_id, opened_at) values ('kraken', 'XMR-USD', 100, 149, now())");
        await browser.Site.StorePriceAsync("XMR-USD", 150m, DateTimeOffset.UtcNow, "kraken");
        await browser.Site.ProduceAsync(browser.Site.NextTrade("XMR-USD", 151m, "kraken"));
        await using var page = await browser.OpenAsync("/feeds");
        await LiveAsync(page);
        var source = page.Page.Locator("#sources .rz-data-row", new() { HasText = "kraken" });
        await Expect(source).ToContainTextAsync("Live");
        await Expect(source).ToContainTextAsync("50");
        await Expect(page.Page.Locator("#gaps .rz-data-row", new() { HasText = "XMR-USD" })).ToContainTextAsync("open");

        await browser.Site.ExecuteAsync("update gap set closed_at = timestamptz '2024-08-08 23:00Z' where source = 'kraken'");
        await Expect(page.Page.Locator("#gaps .rz-data-row", new() { HasText = "XMR-USD" })).ToContainTextAsync("2024-08-08 23:00");
    }

    [BrowserFact]
    public async Task The_pipeline_shows_lag_ledger_incidents_and_quarantine_as_they_change()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into stream_offset (topic, partition, next_offset, consumed, rows, duplicates, quarantined, updated_at) values ('crypto_prices', 0, 0, 100, 90, 8, 2, now());
            """);
        await using var page = await browser.OpenAsync("/pipeline");
        await LiveAsync(page);
        var partition = page.Page.Locator("#partitions .rz-data-row");
        await Expect(partition).ToHaveCountAsync(1);
        await Expect(page.Page.Locator(".tiles")).ToContainTextAsync("balances");
        await Expect(page.Page.Locator("#incidents")).ToContainTextAsync("None");

        await browser.Site.ExecuteAsync(
            """
            update stream_offset set consumed = 101;
            insert into incident (occurred_at, kind, detail) values (now(), 'retention', 'Bronze was deleted before it was read');
            insert into quarantine (topic, kafka_partition, kafka_offset, reason, value, quarantined_at) values ('crypto_prices', 0, 7, 'price: not a number', '{"price":"NaN"}', now());
            """);
        await Expect(page.Page.Locator(".tiles")).ToContainTextAsync("1 off");
        await Expect(page.Page.Locator("#incidents .rz-data-row")).ToContainTextAsync("deleted before it was read");
        await Expect(page.Page.Locator("#quarantine .rz-data-row")).ToContainTextAsync("NaN");
    }

    [BrowserFact]
    public async Task Jobs_show_their_newest_run()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into job (name, description, schedule, catch_up, timeout_seconds, retries, cooldown_seconds, registered_at)
            values ('gold-test', 'Rolls a test.', 'every 10s', 'once', 60, 1, 0, now());
            insert into job_run (job, requested_by, cause, requested_at, started_at, finished_at, outcome, written, error)
            values ('gold-test', 'scheduler', 'schedule', now(), now(), now(), 'failed', 7, 'the disk is full');
            """);
        await using var page = await browser.OpenAsync("/jobs");
        await LiveAsync(page);
        var job = page.Page.Locator("#jobs .rz-data-row", new() { HasText = "gold-test" });
        await Expect(job).ToContainTextAsync("failed");
        await Expect(job).ToContainTextAsync("every 10s");

        await browser.Site.ExecuteAsync("update job_run set outcome = 'succeeded', error = null where job = 'gold-test'");
        await Expect(job).ToContainTextAsync("succeeded");
    }

    [BrowserFact]
    public async Task Every_page_fits_a_phone()
    {
        foreach (var path in new[] { "/gold", "/feeds", "/pipeline", "/jobs" })
        {
            await using var page = await browser.OpenAsync(path, width: 390, height: 844);
            await LiveAsync(page);
            Assert.False(await page.OverflowsAsync(), path);
            await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "Pipeline" })).ToBeVisibleAsync();
        }
    }

    // The circuit has taken over what was prerendered: from now on clicks are heard.
    private static Task LiveAsync(BrowserPage page) => Expect(page.Page.Locator("[data-circuit=live]")).ToBeVisibleAsync();
}
