using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CryptoAspire.Browser.Tests;

/// <summary>The tables in a circuit: Gold, Context, Feeds, Pipeline, Jobs.</summary>
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
    public async Task Feeds_show_what_the_producers_say_of_their_connections()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into feed_state (source, instance, venue, state, since, last_problem, last_message_at, messages, messages_per_second, trades, tickers, duplicates, rejected, reconnects, rotations,
                                    repaired, gaps_open, gaps_filled, gaps_lost, clock_offset_ms, instruments, refused, updated_at)
            values ('gemini-sim', 'a', 'gemini', 'connected', timestamptz '2024-08-08 23:00Z', 'cut', now() + interval '1 hour', 900, 12.34, 1, 1, 0, 17, 3, 0, 0, 1, 41, 2, -1234, '{BTCUSD}', '{}', now() + interval '1 hour'),
                   ('kraken-sim', 'a', 'kraken', 'connected', now(), null, now(), 900, 7, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, null, '{}', '{}', now() - interval '1 minute');
            insert into feed_gap (source, instrument, opened_at, first_id, last_id, state, reason, updated_at) values ('gemini-sim', 'BTCUSD', now(), 501, 777, 'lost', 'the venue has forgotten them', now());
            insert into tracked_symbol (symbol, venue) values ('DOGE', '*'), ('ETH-BTC', 'kraken')
            """);
        await using var page = await browser.OpenAsync("/feeds");
        await LiveAsync(page);
        var row = page.Page.Locator("#connections .rz-data-row", new() { HasText = "gemini-sim" });
        foreach (var text in new[] { "connected", "2024-08-08 23:00", "now", "12.3", "3", "1", "41", "2", "17", "−1.2 s" })
            await Expect(row).ToContainTextAsync(text);
        await Expect(page.Page.Locator("#connections .rz-data-row", new() { HasText = "kraken-sim" })).ToContainTextAsync("producer gone");
        await Expect(page.Page.Locator("#feed-gaps .rz-data-row")).ToContainTextAsync("trades 501 … 777");
        await Expect(page.Page.Locator("#tracked")).ToContainTextAsync("ETH-BTC at kraken");
    }

    [BrowserFact]
    public async Task The_context_shows_coins_mood_and_news_and_only_safe_links()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into market_data (source, coin, updated_at, asset, name, price, market_cap, rank, volume_24h, change_percent_24h)
            values ('coingecko-sim', 'bitcoin', now(), 'BTC', 'Bitcoin', 65083.67, 1280000000000, 1, 32000000000, -1.5), ('coingecko-sim', 'ethereum', now(), 'ETH', 'Ethereum', 2500, 300000000000, 2, 1, 2);
            insert into sentiment (source, day, value, classification) select 'feargreed-sim', date '2024-08-01' + i, 20 + i, 'Extreme Fear' from generate_series(0, 7) i;
            insert into news (id, source, publisher, title, summary, link, published_at, assets)
            values ('1', 'rss-sim', 'CoinDesk', 'Bitcoin <b>rises</b>', 'A summary.', 'https://example.com/rises?a=1', now(), '{BTC}'),
                   ('2', 'rss-sim', 'Decrypt', 'Ether falls', null, 'javascript:alert(1)', now() - interval '1 hour', '{ETH}')
            """);
        await using var page = await browser.OpenAsync("/context");
        await LiveAsync(page);
        await Expect(page.Page.Locator("#coins .rz-data-row").First).ToContainTextAsync("65,083.67");
        await Expect(page.Page.Locator("#coins header")).ToContainTextAsync("Simulated data");
        await Expect(page.Page.Locator("#mood-now")).ToContainTextAsync("27 · Extreme Fear");
        await Expect(page.Page.Locator("#mood rect")).ToHaveCountAsync(8);
        var link = page.Page.Locator("#news a");
        await Expect(link).ToHaveCountAsync(1);
        await Expect(link).ToHaveTextAsync("Bitcoin <b>rises</b>");
        await Expect(link).ToHaveAttributeAsync("href", "https://example.com/rises?a=1");
        await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer");

        await page.Page.GetByLabel("Coin", new() { Exact = true }).SelectOptionAsync("ETH");
        await Expect(page.Page.Locator("#news li")).ToHaveCountAsync(1);
        await Expect(page.Page.Locator("#news li")).ToContainTextAsync("Ether falls");
    }

    [BrowserFact]
    public async Task Daily_gold_and_the_signals_of_a_symbol_and_interval_are_shown()
    {
        await browser.Site.ExecuteAsync(
            """
            insert into gold_daily_metrics (day, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent, record_count, vwap, notional, buy_volume, open, close, created_at)
            values ('2024-08-08', 'DAY-USD', 105, 100, 111.11, 25, 1, 9.5, 9.55, 70, 101.8, 2545, 10, 101, 110.5, now());
            insert into signal (symbol, interval, start, close, sma_20, sma_50, ema_12, ema_26, macd, macd_signal, macd_histogram, rsi_14, bollinger_upper, bollinger_lower, atr_14, volatility_20, volume_spike, robust_z,
                                bars, candle_revision, created_at)
            values ('DAY-USD', '1m', '2024-08-08 10:00Z', 100, 101.5, 102.5, 103.5, 104.5, -1.25, -1.5, 0.25, 71.5, 120.5, 80.5, 3.25, 0.0125, 4.5, -3.9, 60, 1, now()),
                   ('DAY-USD', '1h', '2024-08-08 10:00Z', 222, null, null, null, null, null, null, null, null, null, null, null, null, null, null, 1, 1, now())
            """);
        await using var page = await browser.OpenAsync("/gold");
        await LiveAsync(page);
        await Expect(page.Page.Locator("#gold-daily .rz-data-row", new() { HasText = "DAY-USD" })).ToContainTextAsync("111.1100");
        await page.Page.GetByLabel("Symbol", new() { Exact = true }).SelectOptionAsync("DAY-USD");
        var row = page.Page.Locator("#signals .rz-data-row");
        foreach (var text in new[] { "101.5000", "104.5000", "71.5", "−1.2500", "0.25", "120.5000", "80.5000", "3.2500", "1.250", "4.50", "−3.9" })
            await Expect(row).ToContainTextAsync(text);
        await page.Page.Locator("#signals").GetByRole(AriaRole.Button, new() { Name = "1h" }).ClickAsync();
        await Expect(row).ToContainTextAsync("222.0000");
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
        await Expect(page.Page.Locator("#quarantine .rz-data-row", new() { HasText = "NaN" })).ToHaveCountAsync(1);
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
        foreach (var path in new[] { "/gold", "/context", "/feeds", "/pipeline", "/quality", "/jobs" })
        {
            await using var page = await browser.OpenAsync(path, width: 390, height: 844);
            await LiveAsync(page);
            Assert.False(await page.OverflowsAsync(), path);
            await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "Pipeline" })).ToBeVisibleAsync();
        }
    }

    private static Task LiveAsync(BrowserPage page) => page.LiveAsync();
}
