using System.Net;
using System.Text.Json;

namespace CryptoAspire.Api.Tests;

public sealed class LineageApiTests(ApiSite api) : IClassFixture<ApiSite>, IAsyncLifetime
{
    private const string Path = "/api/v1/candles/SOL-USD/lineage?start=2024-08-08T23:50:30Z";

    // Two trades at two venues, committed at 00:00:01; the candle final then; a third trade came late at 00:05.
    public Task InitializeAsync() => api.ExecuteAsync(
        """
        create table if not exists silver_20240808 partition of crypto_prices_realtime for values from ('2024-08-08 00:00:00Z') to ('2024-08-09 00:00:00Z');
        delete from crypto_prices_realtime;
        insert into latest_price (symbol, source, price, event_time, trade_id, last_price, processed_at)
        values ('SOL-USD', 'kraken', 90.50, '2024-08-08 23:50:30Z', 2, 90.50, '2024-08-09 00:05:00Z') on conflict do nothing;
        insert into crypto_prices_realtime (timestamp, event_time, processed_at, trade_id, kafka_offset, iteration, kafka_partition, symbol, base, currency, source, side, price, size)
        values (0, '2024-08-08 23:50:10Z', '2024-08-09 00:00:01Z', 1, 40, 0, 3, 'SOL-USD', 'SOL', 'USD', 'coinbase', 'buy',  100, 1),
               (0, '2024-08-08 23:50:20Z', '2024-08-09 00:00:01Z', 1, 41, 0, 3, 'SOL-USD', 'SOL', 'USD', 'kraken',   'sell', 110, 2),
               (0, '2024-08-08 23:50:30Z', '2024-08-09 00:05:00Z', 2, 70, 0, 3, 'SOL-USD', 'SOL', 'USD', 'kraken',   'sell', 90.50, 1);
        insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                            open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at, kafka_partition, first_offset, next_offset)
        select 'SOL-USD', venue, '1m', '2024-08-08 23:50:00Z', 100, 110, 90.5, 90.5, volume, 410.5, 1, count, 0, 0, '2024-08-08 23:50:10Z', 'coinbase', 1, '2024-08-08 23:50:30Z', 'kraken', 2,
               3, 'corrected', '2024-08-09 00:05:00Z', 3, 40, next
        from (values ('*', 4, 3, 71), ('coinbase', 1, 1, 42), ('kraken', 3, 2, 71)) v (venue, volume, count, next)
        on conflict do nothing;
        insert into candle_revision (symbol, venue, interval, start, revision, open, high, low, close, volume, notional, buy_volume, trade_count, late_trades, recorded_at, kafka_partition, first_offset, next_offset, cause)
        values ('SOL-USD', '*', '1m', '2024-08-08 23:50:00Z', 2, 100, 110, 100, 110, 3, 320, 1, 2, 0, '2024-08-09 00:01:00Z', 3, 50, 60, 'final'),
               ('SOL-USD', '*', '1m', '2024-08-08 23:50:00Z', 3, 100, 110, 90.5, 90.5, 4, 410.5, 1, 3, 1, '2024-08-09 00:05:00Z', 3, 70, 71, 'late')
        on conflict do nothing;
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_candles_trades_sources_offsets_and_revisions_are_told()
    {
        var answer = await api.GetAsync(Path);
        Assert.Equal("""{"partition":3,"first":40,"next":71}""", answer.GetProperty("bronze").GetRawText());
        Assert.Equal(["coinbase 1", "kraken 2"], answer.GetProperty("sources").EnumerateArray().Select(s => $"{s.GetProperty("source")} {s.GetProperty("tradeCount")}"));
        Assert.Equal(["2 final 0", "3 late 1"], answer.GetProperty("revisions").EnumerateArray().Select(r => $"{r.GetProperty("revision")} {r.GetProperty("cause")} {r.GetProperty("lateTrades")}"));
        Assert.Equal(["40 100 buy", "41 110 sell", "70 90.5 sell"], Trades(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("next").ValueKind);
        Assert.Equal("corrected", answer.GetProperty("candle").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Trades_come_in_pages()
    {
        var first = await api.GetAsync($"{Path}&limit=2");
        var second = await api.GetAsync($"{Path}&limit=2&after={first.GetProperty("next").GetString()}");
        Assert.Equal(["40 100 buy", "41 110 sell", "70 90.5 sell"], Trades(first).Concat(Trades(second)));
        Assert.Equal(["40 100 buy"], Trades(await api.GetAsync($"{Path}&venue=coinbase")));
    }

    [Theory]
    [InlineData("2024-08-09T00:00:00Z", "")]
    [InlineData("2024-08-09T00:00:30Z", "110 2 open")]
    [InlineData("2024-08-09T00:02:00Z", "110 2 final")]
    [InlineData("2024-08-09T00:06:00Z", "90.5 3 corrected")]
    public async Task AsOf_gives_what_was_known_then(string asOf, string expected)
    {
        var candles = (await api.GetAsync($"/api/v1/candles/SOL-USD?asOf={asOf}")).GetProperty("candles");
        Assert.Equal(expected, string.Join(',', candles.EnumerateArray().Select(c => $"{c.GetProperty("close")} {c.GetProperty("tradeCount")} {c.GetProperty("status")}")));
    }

    [Fact]
    public async Task Wrong_arguments_are_named()
    {
        await Problem.ExpectAsync(api, "/api/v1/candles/SOL-USD/lineage?start=noon", HttpStatusCode.BadRequest, "start", "noon", "2024-08-08T23:55:00Z");
        await Problem.ExpectAsync(api, $"{Path}&after=x", HttpStatusCode.BadRequest, "after", "x", "next");
        await Problem.ExpectAsync(api, "/api/v1/candles/SOL-USD/lineage?start=2030-01-01", HttpStatusCode.NotFound, "start", "2030-01-01", "/api/v1/candles/SOL-USD");
        await Problem.ExpectAsync(api, "/api/v1/candles/SOL-USD?asOf=then", HttpStatusCode.BadRequest, "asOf", "then", "ISO 8601");
    }

    [Fact]
    public async Task Operators_read_incidents_quarantine_and_ledger()
    {
        await api.ExecuteAsync(
            """
            truncate incident, quarantine, stream_offset, ledger_check restart identity;
            insert into incident (occurred_at, kind, detail) select '2024-08-09Z', 'bronze-skipped', 'offsets ' || i from generate_series(1, 3) i;
            insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at) values ('crypto_prices', 3, 9, 'value: not JSON', null, '\x00ff', '2024-08-09Z');
            insert into stream_offset (topic, partition, next_offset, consumed, rows, duplicates, quarantined, skipped, updated_at) values ('crypto_prices', 3, 12, 10, 8, 1, 1, 2, '2024-08-09Z');
            insert into ledger_check (topic, partition, checked_at, from_offset, to_offset, consumed, rows, duplicates, quarantined, skipped, rows_found, quarantined_found)
            values ('crypto_prices', 3, '2024-08-09 00:01:00Z', 0, 12, 10, 8, 1, 1, 2, 8, 1);
            """);

        var incidents = (await api.GetAsync("/api/v1/incidents?limit=2")).GetProperty("incidents");
        Assert.Equal(["offsets 3", "offsets 2"], incidents.EnumerateArray().Select(i => i.GetProperty("detail").GetString()));
        Assert.Equal("offsets 1", (await api.GetAsync("/api/v1/incidents?before=2")).GetProperty("incidents")[0].GetProperty("detail").GetString());
        var refused = (await api.GetAsync("/api/v1/quarantine")).GetProperty("records")[0];
        Assert.Equal((9L, "AP8="), (refused.GetProperty("kafkaOffset").GetInt64(), refused.GetProperty("value").GetString()));
        var ledger = await api.GetAsync("/api/v1/ledger");
        Assert.True(ledger.GetProperty("balanced").GetBoolean());
        Assert.Equal((10L, 8L, 12L), (Of("consumed"), Of("rows"), Of("nextOffset")));
        await api.ExecuteAsync("update ledger_check set rows_found = 7");
        Assert.False((await api.GetAsync("/api/v1/ledger")).GetProperty("balanced").GetBoolean());
        await Problem.ExpectAsync(api, "/api/v1/incidents?before=x", HttpStatusCode.BadRequest, "before", "x", "newest");

        long Of(string field) => ledger.GetProperty("partitions")[0].GetProperty(field).GetInt64();
    }

    private static IEnumerable<string> Trades(JsonElement answer) =>
        answer.GetProperty("trades").EnumerateArray().Select(t => $"{t.GetProperty("kafkaOffset")} {t.GetProperty("price")} {t.GetProperty("side")}");
}
