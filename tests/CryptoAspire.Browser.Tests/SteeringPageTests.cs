using CryptoAspire.Dashboard.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

/// <summary>What changes something: with the API key, through the API.</summary>
[Collection(QuietSite.Name)]
public sealed class SteeringPageTests(BrowserSite browser)
{
    [BrowserFact]
    public async Task Nobody_steers_without_the_key_and_with_it_a_job_is_run_cancelled_retried_paused_and_rescheduled()
    {
        await browser.Site.StartApiAsync();
        await AddJobAsync("steer-test", "{}");
        await using var page = await OpenJobAsync("steer-test");
        var steering = page.Page.Locator("#job-steering");
        await Expect(steering).ToContainTextAsync("Enter the API key");
        await Expect(steering.GetByRole(AriaRole.Button, new() { Name = "Run now" })).ToHaveCountAsync(0);

        // 1. A wrong key opens nothing and is told so.
        await UnlockAsync(page, "wrong");
        await Expect(page.Page.Locator("#api-key")).ToContainTextAsync("does not know this key");
        await Expect(steering.GetByRole(AriaRole.Button, new() { Name = "Run now" })).ToHaveCountAsync(0);
        await UnlockAsync(page, DashboardSite.Key);

        // 2. Run, cancel, retry.
        await steering.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        var runs = page.Page.Locator("#job-runs tbody tr");
        await Expect(runs).ToHaveCountAsync(1);
        await Expect(runs.First).ToContainTextAsync("queued");
        await Expect(runs.First).ToContainTextAsync("by dashboard@127.0.0.1");
        await runs.First.GetByRole(AriaRole.Button, new() { Name = "cancel" }).ClickAsync();
        await Expect(runs.First).ToContainTextAsync("cancelled");
        await runs.First.GetByRole(AriaRole.Button, new() { Name = "retry" }).ClickAsync();
        await Expect(runs).ToHaveCountAsync(2);
        await Expect(runs.First).ToContainTextAsync("retry");

        // 3. Pause and resume.
        var line = page.Page.Locator("#jobs .rz-data-row", new() { HasText = "steer-test" });
        await steering.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(line).ToContainTextAsync("paused");
        await steering.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(line).Not.ToContainTextAsync("paused");

        // 4. Another schedule: a mistake is told as the API tells it, a good one is shown, and the configured one comes back.
        await page.Page.GetByLabel("Schedule, UTC").FillAsync("now and then");
        await steering.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(steering).ToContainTextAsync("'now and then' is not a schedule");
        await page.Page.GetByLabel("Schedule, UTC").FillAsync("every 5m");
        await steering.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(line).ToContainTextAsync("every 5m");
        await steering.GetByRole(AriaRole.Button, new() { Name = "back to every 10s" }).ClickAsync();
        await Expect(line).ToContainTextAsync("every 10s");

        // 5. The key is kept for the tab, is forgotten when told so, and stands in no address and no log.
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator("#api-key")).ToContainTextAsync("Unlocked");
        Assert.DoesNotContain("key", page.Page.Url);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "forget the key" }).ClickAsync();
        await page.Page.ReloadAsync();
        await page.LiveAsync();
        await Expect(page.Page.GetByLabel("API key")).ToBeVisibleAsync();
        Assert.DoesNotContain(browser.Site.Output.Lines, static l => l.Contains(DashboardSite.Key, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task A_backfill_is_previewed_before_it_is_queued()
    {
        await browser.Site.StartApiAsync();
        await AddJobAsync("gold-10min", "{from,to,symbols}");
        await browser.Site.ExecuteAsync(
            """
            insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                                open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
            select 'FILL-USD', '*', '5m', t, 1, 1, 1, 1, 1, 1, 1, 7, 1, 1, t, 'a', 1, t, 'a', 1, 1, 'final', now()
            from generate_series(timestamptz '2024-08-08 10:00Z', '2024-08-08 10:55Z', '5 minutes') t
            """);
        await using var page = await OpenJobAsync("gold-10min");
        await UnlockAsync(page, DashboardSite.Key);
        await page.Page.GetByLabel("Do again from, UTC").FillAsync("2024-08-08T10:00");
        await page.Page.GetByLabel("to", new() { Exact = true }).FillAsync("2024-08-08T11:00");
        await page.Page.GetByLabel("Symbols", new() { Exact = true }).FillAsync("FILL-USD");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.Page.Locator("#job-steering")).ToContainTextAsync("6 buckets would be computed again, 6 of them for the first time");
        await Expect(page.Page.Locator("#backfill-preview tbody tr").First).ToContainTextAsync("14");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Do 6 again" }).ClickAsync();
        var run = page.Page.Locator("#job-runs tbody tr").First;
        await Expect(run).ToContainTextAsync("backfill");
        await Expect(run).ToContainTextAsync("from 2024-08-08T10:00:00Z, symbols FILL-USD, to 2024-08-08T11:00:00Z");
    }

    [BrowserFact]
    public async Task A_refused_record_is_looked_at_mended_and_sent_again()
    {
        const string Bad = """{"v":1,"kind":"trade","symbol":"MEND-USD","source":"coinbase","event_time_us":1723161255342000,"timestamp":1723161255342,"price":"-1","size":"0.5","side":"buy","trade_id":7,"received_us":1723161255442000,"iteration":1}""";
        await browser.Site.StartApiAsync();
        await browser.Site.ExecuteAsync($"insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at) values ('crypto_prices', 0, 4711, 'price: -1', 'MEND-USD', '{Bad}', now())");
        await using var page = await browser.OpenAsync("/quality");
        await page.LiveAsync();
        await page.Page.GetByLabel("Reason").FillAsync("price: -1");
        await page.Page.GetByLabel("Reason").PressAsync("Enter");
        var row = page.Page.Locator("#quarantine .rz-data-row");
        await Expect(row).ToHaveCountAsync(1);
        await row.GetByRole(AriaRole.Button, new() { Name = "look" }).ClickAsync();
        var record = page.Page.Locator("#quarantine-record");
        await Expect(record).ToContainTextAsync("00000000  7b 22 76 22 3a 31 2c 22  6b 69 6e 64 22 3a 22 74  |{\"v\":1,\"kind\":\"t|");
        await Expect(record.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        // 1. Mended badly, the API says why; mended well, it is in Kafka, and the dashboard shows its price.
        await UnlockAsync(page, DashboardSite.Key);
        await page.Page.Locator("#quarantine-value").FillAsync(Bad.Replace("\"-1\"", "\"-2\"", StringComparison.Ordinal));
        await record.GetByRole(AriaRole.Button, new() { Name = "Send mended" }).ClickAsync();
        await Expect(record).ToContainTextAsync("would be refused again: price: -2");
        await page.Page.Locator("#quarantine-value").FillAsync(Bad.Replace("\"-1\"", "\"61234.5\"", StringComparison.Ordinal));
        await record.GetByRole(AriaRole.Button, new() { Name = "Send mended" }).ClickAsync();
        await Expect(record).ToContainTextAsync("Sent again, mended,");
        await Expect(record.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        // 2. The list knows it.
        await page.Page.GetByLabel("Show").SelectOptionAsync("no");
        await Expect(page.Page.Locator("#quarantine")).ToContainTextAsync("No record is like that");
        await page.Page.GotoAsync("/symbol/MEND-USD");
        await Expect(page.Page.Locator("[data-head=price]")).ToHaveTextAsync("61,234.50");
    }

    [BrowserFact]
    public async Task A_button_keeps_the_focus_when_its_job_has_changed()
    {
        await AddJobAsync("focus-test", "{}");
        await using var page = await browser.OpenAsync("/jobs");
        await page.LiveAsync();
        var line = page.Page.Locator("#jobs .rz-data-row", new() { HasText = "focus-test" });
        var button = line.GetByRole(AriaRole.Button, new() { Name = "open" });
        await button.FocusAsync();
        await browser.Site.ExecuteAsync("update job set description = 'Has become another.' where name = 'focus-test'");
        await Expect(line).ToContainTextAsync("Has become another.");
        await Expect(button).ToBeFocusedAsync();
    }

    private Task AddJobAsync(string name, string parameters) => browser.Site.ExecuteAsync(
        $"""
        insert into job (name, description, schedule, catch_up, timeout_seconds, retries, cooldown_seconds, parameters, registered_at)
        values ('{name}', 'Is steered by a test.', 'every 10s', 'once', 60, 1, 0, '{parameters}', now())
        """);

    private async Task<BrowserPage> OpenJobAsync(string name)
    {
        var page = await browser.OpenAsync("/jobs");
        await page.LiveAsync();
        await page.Page.Locator("#jobs .rz-data-row", new() { HasText = name }).GetByRole(AriaRole.Button, new() { Name = "open" }).ClickAsync();
        return page;
    }

    private static async Task UnlockAsync(BrowserPage page, string key)
    {
        await page.Page.GetByLabel("API key").FillAsync(key);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Unlock" }).ClickAsync();
    }
}
