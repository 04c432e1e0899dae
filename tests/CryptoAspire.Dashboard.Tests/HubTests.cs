using System.Diagnostics;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Testing;

namespace CryptoAspire.Dashboard.Tests;

public sealed class HubTests(DashboardSite site) : IClassFixture<DashboardSite>
{
    private static readonly DateTimeOffset Minute = new(2024, 8, 8, 23, 55, 0, TimeSpan.Zero);

    [Fact]
    public async Task Joining_the_market_gives_the_rows_of_the_database_before_any_tick()
    {
        await site.StorePriceAsync("XLM-USD", 0.1234m, DateTimeOffset.UtcNow);
        await using var hub = await HubClient.ConnectAsync(site.Address);
        var row = await Eventually.Value(async () => RowOf((await hub.JoinAsync("market")).Payload, "XLM-USD"), r => r is not null);
        Assert.Equal("0.1234", row!.Value.GetProperty("price").GetString());
        Assert.Equal("coinbase", row.Value.GetProperty("venue").GetString());
        Assert.Equal("coinbase-sim", row.Value.GetProperty("source").GetString());
    }

    [Fact]
    public async Task A_tick_reaches_the_market_and_its_symbol_with_consecutive_sequences()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        var snapshot = await hub.JoinAsync("symbol:ltc-usd");
        Assert.Equal("symbol:LTC-USD", snapshot.Channel);
        Assert.Equal(JsonValueKind.Null, snapshot.Payload.GetProperty("row").ValueKind);

        await site.ProduceAsync(site.NextTrade("LTC-USD", 70.25m));
        var first = await hub.NextAsync(u => u.Channel == "symbol:LTC-USD");
        await site.ProduceAsync(site.NextTrade("LTC-USD", 70.5m));
        var second = await hub.NextAsync(u => u.Channel == "symbol:LTC-USD" && u.Payload.GetProperty("trades").GetArrayLength() > 0);

        Assert.Equal(snapshot.Sequence + 1, first.Sequence);
        Assert.Equal("70.25", first.Payload.GetProperty("row").GetProperty("price").GetString());
        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.Equal("70.5", second.Payload.GetProperty("row").GetProperty("price").GetString());
        Assert.Equal("0.5", second.Payload.GetProperty("trades")[0].GetProperty("size").GetString());
    }

    [Fact]
    public async Task Thousands_of_ticks_a_second_come_as_at_most_ten_updates_a_second_and_end_on_the_last()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("market");
        var clock = Stopwatch.StartNew();
        for (var i = 1; i <= 3000; i++)
        {
            site.Queue(site.NextTrade("XRP-USD", 0.5m + i / 10000m));
            if (i % 100 == 0)
                await Task.Delay(50);
        }

        var updates = 0;
        await hub.NextAsync(u =>
        {
            if (u.Channel != "market" || RowOf(u.Payload, "XRP-USD") is not { } row)
                return false;
            updates++;
            return row.GetProperty("price").GetString() == "0.8";
        });
        Assert.InRange(updates, 2, clock.Elapsed.TotalSeconds * 10 + 2);
    }

    [Fact]
    public async Task Every_trade_is_seen_once_over_snapshots_and_updates_whenever_one_joins()
    {
        const string channel = "symbol:DOT-USD";
        List<long> produced = [];
        await ProduceAsync();
        using var stop = new CancellationTokenSource();
        var producing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await ProduceAsync();
                await Task.Delay(3);
            }
        });
        try
        {
            for (var round = 0; round < 15; round++)
            {
                await using var hub = await HubClient.ConnectAsync(site.Address);
                var snapshot = await hub.JoinAsync(channel);
                var sequence = snapshot.Sequence;
                var ids = Ids(snapshot);
                while (ids.Count < 60)
                {
                    var update = await hub.NextAsync(u => u.Channel == channel);
                    if (update.Sequence <= snapshot.Sequence)
                        continue; // overtaken by the snapshot, which includes it
                    Assert.Equal(++sequence, update.Sequence);
                    Assert.Equal(0, update.Payload.GetProperty("skipped").GetInt32());
                    ids.AddRange(Ids(update));
                }

                lock (produced)
                    Assert.Equal(produced.Where(id => id >= ids[0] && id <= ids[^1]), ids);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await producing;
        }

        async Task ProduceAsync()
        {
            var trade = site.NextTrade("DOT-USD", 5);
            lock (produced)
                produced.Add(trade.TradeId);
            await site.ProduceAsync(trade);
        }
    }

    [Fact]
    public async Task After_a_lost_connection_the_new_snapshot_holds_what_was_missed()
    {
        await using (var lost = await HubClient.ConnectAsync(site.Address))
        {
            await lost.JoinAsync("symbol:ATOM-USD");
            await site.ProduceAsync(site.NextTrade("ATOM-USD", 4.1m));
            await lost.NextAsync(u => u.Channel == "symbol:ATOM-USD");
            lost.Abort();
        }

        await site.ProduceAsync(site.NextTrade("ATOM-USD", 4.2m));
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await Eventually.True(async () =>
            (await hub.JoinAsync("symbol:ATOM-USD")).Payload is var payload
            && payload.GetProperty("row").GetProperty("price").GetString() == "4.2"
            && payload.GetProperty("trades").GetArrayLength() == 2);
    }

    [Fact]
    public async Task An_announced_candle_is_sent_and_an_older_revision_is_not()
    {
        await site.StoreAsync(DashboardSite.CandleOf("UNI-USD", Minute, 1));
        await using var hub = await HubClient.ConnectAsync(site.Address);
        var snapshot = await hub.JoinAsync("candles:UNI-USD:1m");
        Assert.Equal(1, snapshot.Payload.GetProperty("bars")[0].GetProperty("revision").GetInt64());

        var announced = DashboardSite.CandleOf("UNI-USD", Minute, 5);
        await site.StoreAsync(announced);
        await site.AnnounceAsync(announced);
        var update = await hub.NextAsync(u => u.Channel == "candles:UNI-USD:1m" && Revision(u) == 5);
        Assert.Equal("105", update.Payload.GetProperty("bars")[0].GetProperty("close").GetString());

        await site.AnnounceAsync(DashboardSite.CandleOf("UNI-USD", Minute, 4));
        await site.AnnounceAsync(DashboardSite.CandleOf("UNI-USD", Minute.AddMinutes(1), 1));
        update = await hub.NextAsync(u => u.Channel == "candles:UNI-USD:1m");
        Assert.Equal("2024-08-08T23:56:00Z", Assert.Single(update.Payload.GetProperty("bars").EnumerateArray()).GetProperty("start").GetString());
    }

    [Fact]
    public async Task A_candle_whose_announcement_was_lost_comes_from_the_database()
    {
        await site.StoreAsync(DashboardSite.CandleOf("AAVE-USD", Minute, 1));
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("candles:AAVE-USD:1m");
        await site.StoreAsync(DashboardSite.CandleOf("AAVE-USD", Minute, 9));
        await hub.NextAsync(u => u.Channel == "candles:AAVE-USD:1m" && Revision(u) == 9);
    }

    [Fact]
    public async Task A_price_that_no_tick_told_comes_from_the_database_after_a_quiet_while()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("market");
        await site.ProduceAsync(site.NextTrade("FIL-USD", 3m));
        await hub.NextAsync(u => u.Channel == "market" && RowOf(u.Payload, "FIL-USD") is not null);
        await site.StorePriceAsync("FIL-USD", 3.5m, DateTimeOffset.UtcNow);
        await hub.NextAsync(u => u.Channel == "market" && RowOf(u.Payload, "FIL-USD")?.GetProperty("price").GetString() == "3.5");
    }

    [Fact]
    public async Task Gold_rows_are_in_the_snapshot_and_a_row_rolled_again_is_sent()
    {
        const string roll = """
            insert into gold_10min_metrics (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
            values ('2024-08-08 23:50:00Z', 'NEAR-USD', {0}, 1, 9, 10, 1, null, 10, 5, 4, 6, clock_timestamp())
            on conflict (symbol, window_start) do update set avg_price = excluded.avg_price, created_at = excluded.created_at
            """;
        await site.ExecuteAsync(string.Format(roll, 5));
        await using var hub = await HubClient.ConnectAsync(site.Address);
        var snapshot = await hub.JoinAsync("gold:NEAR-USD");
        Assert.Equal("5", snapshot.Payload.GetProperty("tenMinute")[0].GetProperty("avgPrice").GetString());

        await site.ExecuteAsync(string.Format(roll, 6));
        var update = await hub.NextAsync(u => u.Channel == "gold:NEAR-USD");
        Assert.Equal("6", update.Payload.GetProperty("tenMinute")[0].GetProperty("avgPrice").GetString());
        Assert.Equal(0, update.Payload.GetProperty("hourly").GetArrayLength());

        // The channel of all symbols holds the newest row of each that is on the market.
        await site.ProduceAsync(site.NextTrade("NEAR-USD", 5));
        await Eventually.True(async () => (await hub.JoinAsync("gold")).Payload.GetProperty("tenMinute").EnumerateArray()
            .Any(r => r.GetProperty("symbol").GetString() == "NEAR-USD" && r.GetProperty("avgPrice").GetString() == "6"));
    }

    [Fact]
    public async Task The_pipeline_names_its_sources_and_says_that_they_are_simulated()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("pipeline");
        await site.ProduceAsync(site.NextTrade("BCH-USD", 300));
        var update = await hub.NextAsync(u => u.Channel == "pipeline" && u.Payload.GetProperty("sources").EnumerateArray().Any(s => s.GetProperty("perSecond").GetInt64() > 0));
        Assert.Equal("simulated", update.Payload.GetProperty("mode").GetString());
        Assert.Contains(update.Payload.GetProperty("sources").EnumerateArray(), s => s.GetProperty("source").GetString() == "coinbase-sim");
        Assert.True(update.Payload.GetProperty("kafkaConnected").GetBoolean());
        Assert.True(update.Payload.GetProperty("databaseConnected").GetBoolean());
    }

    [Theory]
    [InlineData("")]
    [InlineData("prices")]
    [InlineData("symbol:!!")]
    [InlineData("candles:BTC-USD")]
    [InlineData("candles:BTC-USD:2m")]
    public async Task A_channel_that_is_none_is_refused_with_the_list_of_channels(string channel)
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.JoinAsync(channel));
        Assert.Contains($"'{channel}' is not a channel", refusal.Message);
        Assert.Contains("candles:BTC-USD:1m", refusal.Message);
    }

    [Fact]
    public async Task A_channel_that_was_left_is_silent()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("symbol:TRX-USD");
        await hub.LeaveAsync("symbol:TRX-USD");
        await hub.JoinAsync("market");
        await site.ProduceAsync(site.NextTrade("TRX-USD", 0.1m));

        // The symbol's own update would have been sent before the market's.
        var update = await hub.NextAsync(u => u.Channel.Contains("TRX", StringComparison.Ordinal) || RowOf(u.Payload, "TRX-USD") is not null);
        Assert.Equal("market", update.Channel);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_does_not_stop_the_stream()
    {
        await using var hub = await HubClient.ConnectAsync(site.Address);
        await hub.JoinAsync("market");
        await site.ProduceRawAsync("ETC-USD", "{not json"u8.ToArray());
        await site.ProduceAsync(site.NextTrade("ETC-USD", 20));
        await hub.NextAsync(u => u.Channel == "market" && RowOf(u.Payload, "ETC-USD") is not null);
    }

    private static JsonElement? RowOf(JsonElement payload, string symbol) =>
        payload.TryGetProperty("rows", out var rows)
            ? rows.EnumerateArray().Where(r => r.GetProperty("symbol").GetString() == symbol).Select(r => (JsonElement?)r).FirstOrDefault()
            : null;

    private static List<long> Ids(HubUpdate update) => [.. update.Payload.GetProperty("trades").EnumerateArray().Select(t => t.GetProperty("id").GetInt64())];

    private static long Revision(HubUpdate update) => update.Payload.GetProperty("bars")[0].GetProperty("revision").GetInt64();
}
