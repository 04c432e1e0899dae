using CryptoAspire.Market;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Storage.Tests;

public class QueryTests : SilverDatabase
{
    private static readonly CancellationToken None = CancellationToken.None;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await new BronzeLog().Append(
                Make.Trade(1, "08:00:00", 100, 2),
                Make.Trade(2, "09:30:00", 110, 3),
                Make.Trade(5, "09:30:30", 121, 1, source: "binance"),
                Make.Trade(1, "09:00:00", 10, 1, symbol: "ETH-USD"))
            .Append(Make.Ticker("09:31:00", 120, bid: 119.5m, ask: 120.5m, volume: 99))
            .CommitAllAsync(NewWriter());
        await new GoldRoller(Database, TimeProvider.System).RollAsync(GoldGrain.TenMinutes, None);
        await new GoldRoller(Database, TimeProvider.System).RollAsync(GoldGrain.Hour, None);
    }

    [Fact]
    public async Task The_latest_price_is_the_newest_events_with_its_24_hours()
    {
        var prices = await new PriceQueries(Database).LatestAsync(null, None);

        Assert.Equal(["BTC-USD", "ETH-USD"], prices.Select(price => price.Symbol));
        var btc = prices[0];
        Assert.Equal((120m, "coinbase", 119.5m, 120.5m, 6m, 99m, 20m, 20m), (btc.Price, btc.Source, btc.Bid, btc.Ask, btc.Volume24h, btc.VenueVolume24h, btc.Change24h, btc.ChangePercent24h));
        Assert.Equal(["binance", "coinbase"], btc.Sources);
        Assert.Equal("ETH-USD", Assert.Single(await new PriceQueries(Database).LatestAsync("ETH-USD", None)).Symbol);
        Assert.Empty(await new PriceQueries(Database).LatestAsync("XRP-USD", None));
        Assert.True(await new PriceQueries(Database).IsKnownAsync("BTC-USD", None));
        Assert.False(await new PriceQueries(Database).IsKnownAsync("XRP-USD", None));
    }

    [Fact]
    public async Task Sparklines_are_the_newest_closes_oldest_first()
    {
        var lines = await new PriceQueries(Database).SparklinesAsync(1, None);
        Assert.Equal([121m], lines["BTC-USD"]);
        Assert.Equal([100m, 121m], (await new PriceQueries(Database).SparklinesAsync(10, None))["BTC-USD"]);
    }

    [Fact]
    public async Task Candles_come_oldest_first_within_from_and_to_and_the_limit_keeps_the_newest()
    {
        var candles = new CandleQueries(Database);
        DateTimeOffset At(int hour) => new(2024, 8, 8, hour, 0, 0, TimeSpan.FromHours(0));

        Assert.Equal([100m, 121m], (await candles.ReadAsync("BTC-USD", Venue.All, Interval.OneMinute, null, null, 100, None)).Select(candle => candle.Close));
        Assert.Equal([121m], (await candles.ReadAsync("BTC-USD", Venue.All, Interval.OneMinute, null, null, 1, None)).Select(candle => candle.Close));
        Assert.Equal([100m], (await candles.ReadAsync("BTC-USD", Venue.All, Interval.OneHour, At(8), At(9), 100, None)).Select(candle => candle.Close));
        Assert.Equal([110m], (await candles.ReadAsync("BTC-USD", "coinbase", Interval.OneHour, At(9).ToOffset(TimeSpan.FromHours(2)), null, 100, None)).Select(candle => candle.Close));
        var hour = Assert.Single(await candles.ReadAsync("BTC-USD", Venue.All, Interval.OneHour, At(9), null, 100, None));
        Assert.Equal((110m, 121m, 110m, 4m, 451m, 2L, 112.75m), (hour.Open, hour.High, hour.Low, hour.Volume, hour.Notional, hour.TradeCount, hour.Vwap!.Value));
    }

    [Fact]
    public async Task Recent_trades_come_newest_first_and_older_ones_are_found_when_there_are_few()
    {
        var trades = await new TradeQueries(Database).RecentAsync("BTC-USD", 3, None);

        Assert.Equal([121m, 110m, 100m], trades.Select(trade => trade.Price));
        Assert.Equal(["binance", "coinbase", "coinbase"], trades.Select(trade => trade.Source));
        Assert.Equal([121m], (await new TradeQueries(Database).RecentAsync("BTC-USD", 1, None)).Select(trade => trade.Price));
        Assert.Empty(await new TradeQueries(Database).RecentAsync("XRP-USD", 3, None));
    }

    [Fact]
    public async Task Metrics_come_newest_first_and_hours_count_back_from_the_newest()
    {
        var metrics = new MetricsQueries(Database);

        Assert.Equal([9, 8], (await metrics.TenMinutesAsync("BTC-USD", 10, None)).Select(row => row.WindowStart.UtcDateTime.Hour));
        Assert.Single(await metrics.TenMinutesAsync("BTC-USD", 1, None));
        Assert.Equal([9, 8], (await metrics.HourlyAsync("BTC-USD", 2, None)).Select(row => row.HourTimestamp.UtcDateTime.Hour));
        var newest = Assert.Single(await metrics.HourlyAsync("BTC-USD", 1, None));
        Assert.Equal((115.5m, 11m, 10m, 2L, 112.75m), (newest.AvgPrice, newest.PriceChange, newest.PriceChangePercent, newest.RecordCount, newest.Vwap!.Value));
        Assert.Null((await metrics.TenMinutesAsync("ETH-USD", 1, None))[0].PriceVolatility);
    }

    [Fact]
    public async Task Days_over_all_symbols_come_newest_first_and_by_symbol()
    {
        await new GoldRoller(Database, TimeProvider.System).RollAsync(GoldGrain.Day, None);
        var metrics = new MetricsQueries(Database);
        Assert.Equal([("BTC-USD", 121m), ("ETH-USD", 10m)], (await metrics.NewestDaysAsync(10, None)).Select(day => (day.Symbol, day.MaxPrice)));
        Assert.Equal(["ETH-USD"], (await metrics.DailyAsync("ETH-USD", 10, None)).Select(day => day.Symbol));
    }

    [Fact]
    public async Task Previews_of_refused_records_bring_their_first_bytes_only()
    {
        await ExecuteAsync(
            """
            insert into quarantine (topic, kafka_partition, kafka_offset, reason, key, value, quarantined_at)
            values ('crypto_prices', 0, 1, 'too long', null, decode(repeat('41', 2000000), 'hex'), now()), ('crypto_prices', 0, 2, 'too short', 'k', '\x42', now())
            """);
        var queries = new OperationsQueries(Database);

        var previews = await queries.QuarantinePreviewsAsync(new QuarantineFilter(), 10, None);
        Assert.Equal([1, OperationsQueries.PreviewBytes], previews.Select(record => record.Value!.Length));
        Assert.Equal([1, null], previews.Select(record => record.Key?.Length));
        Assert.Equal(2_000_000, (await queries.QuarantinedAsync(previews[1].Id, None))!.Value!.Length);
    }
}
