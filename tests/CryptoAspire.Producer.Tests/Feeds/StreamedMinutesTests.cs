using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.History;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>A venue's candles from its socket to the table that ours are compared with.</summary>
public sealed class StreamedMinutesTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task A_minute_that_Binances_stream_closes_is_kept_as_the_venues_own_candle()
    {
        await new Migrator(database.DataSource, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);
        var clock = new LaterClock(second: 57);
        await using var simulator = await SimulatorUnderTest.StartAsync(clock, "--Simulator:TicksPerSecond=400");
        await using var feed = FeedUnderTest.Of(VenueCatalog.Find("binance")!, simulator.Address, new FeedTables(new VenueCandles(database.DataSource), new RepairRequests(database.DataSource), new HistoryWork(database.DataSource, TimeSpan.FromMinutes(2))));

        await using var read = database.DataSource.CreateCommand(
            "select start, open, high, low, close, volume, trade_count from venue_candle where source = 'binance-sim' and symbol = 'BTC-USDT' and interval = '1m' and is_closed order by start");
        MarketMinute? kept = null;
        await Eventually.True(async () =>
        {
            await using var row = await read.ExecuteReaderAsync();
            if (!await row.ReadAsync()) return false;
            kept = new MarketMinute(Market.UnixMicroseconds.Of(row.GetFieldValue<DateTimeOffset>(0)), row.GetDecimal(1), row.GetDecimal(2), row.GetDecimal(3), row.GetDecimal(4), row.GetDecimal(5), (int)row.GetInt64(6));
            return true;
        }, TimeSpan.FromSeconds(60));

        var btc = simulator.Market.InstrumentsOf("binance").Single(i => i.Id == "BTCUSDT");
        Assert.Equal(MarketMinute.Of(simulator.Market, btc, kept!.Value.StartUs, 1).Single(), kept.Value);
        Assert.Equal(0, feed.Status.Rejected);
    }

    /// <summary>The system's clock, moved ahead so that it begins at that second of a minute.</summary>
    private sealed class LaterClock : TimeProvider
    {
        private readonly TimeSpan ahead;

        public LaterClock(int second)
        {
            var now = System.GetUtcNow();
            ahead = TimeSpan.FromSeconds((second - now.Second + 60) % 60);
        }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
