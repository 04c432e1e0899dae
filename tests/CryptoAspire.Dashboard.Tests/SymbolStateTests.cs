using CryptoAspire.Dashboard.Live;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Tests;

public sealed class SymbolStateTests
{
    private const long Start = 1_723_161_300_000_000;

    private readonly SymbolState _state = new("BTC-USD");

    [Fact]
    public void A_late_trade_is_listed_but_does_not_turn_the_price_back()
    {
        _state.Apply(Trade(1, 100, Start), 1000);
        _state.Apply(Trade(2, 101, Start + 2_000_000), 1001);
        _state.Apply(Trade(3, 99, Start + 1_000_000), 1002);
        Assert.Equal(101, _state.Row!.Price);
        _state.Flush();
        Assert.Equal([1L, 2L, 3L], Snapshot().Trades.Select(t => t.Id));
    }

    [Fact]
    public void Of_two_trades_of_the_same_moment_the_larger_id_stays()
    {
        _state.Apply(Trade(8, 100, Start), 1000);
        _state.Apply(Trade(7, 99, Start), 1000);
        Assert.Equal(100, _state.Row!.Price);
    }

    [Fact]
    public void A_replay_that_starts_over_takes_the_price_along()
    {
        _state.Apply(Trade(1, 100, Start + 300_000_000), 1000);
        _state.Apply(Trade(1, 50, Start), 2000);
        Assert.Equal(50, _state.Row!.Price);
    }

    [Fact]
    public void Age_counts_from_receipt_not_from_the_time_of_replayed_history()
    {
        _state.Apply(Trade(1, 100, Start, "binance-replay"), 1_900_000_000_000);
        Assert.Equal(1_900_000_000_000, _state.Row!.ReceivedAt);
        Assert.Equal(Start / 1000, _state.Row.EventTime);
        Assert.Equal("binance", _state.Row.Venue);
    }

    [Fact]
    public void Nothing_new_means_nothing_to_publish()
    {
        _state.Apply(Trade(1, 100, Start), 1000);
        Assert.NotNull(_state.Flush());
        Assert.Null(_state.Flush());
    }

    [Fact]
    public void Change_is_measured_against_the_first_price_of_the_day()
    {
        _state.Apply(History(110, Start, change: 10), 0);
        Assert.Equal(10, _state.Row!.ChangePercent);
        _state.Apply(Trade(1, 120, Start + 1), 5000);
        Assert.Equal(20, _state.Row!.ChangePercent);
    }

    [Fact]
    public void The_venues_own_volumes_are_added_up_and_come_before_ours()
    {
        _state.Apply(History(100, Start, volume: 7), 0);
        Assert.Equal(7, _state.Row!.Volume24h);
        _state.Apply(Ticker(100, Start, 1000, "coinbase"), 1);
        _state.Apply(Ticker(100, Start, 500, "binance"), 1);
        Assert.Equal(1500, _state.Row!.Volume24h);
    }

    [Fact]
    public void While_ticks_arrive_the_database_does_not_overrule_them()
    {
        _state.Apply(Trade(1, 100, Start), 10_000);
        _state.Apply(History(99, Start), 10_100);
        Assert.Equal(100, _state.Row!.Price);
        _state.Apply(History(99, Start), 20_000);
        Assert.Equal(99, _state.Row!.Price);
    }

    [Fact]
    public void A_quote_of_long_ago_is_taken_off()
    {
        _state.Apply(Ticker(100, Start, null, "coinbase"), 1000);
        Assert.Equal(99, _state.Row!.Bid);
        _state.Apply(Trade(1, 101, Start + 60_000_000), 61_000);
        Assert.Null(_state.Row!.Bid);
    }

    [Fact]
    public void Of_a_burst_the_newest_trades_are_kept_and_the_others_counted()
    {
        for (var i = 1; i <= SymbolState.RecentTrades + 25; i++)
            _state.Apply(Trade(i, 100, Start + i), 1000);
        _state.Flush();
        var trades = Snapshot().Trades;
        Assert.Equal(SymbolState.RecentTrades, trades.Count);
        Assert.Equal(SymbolState.RecentTrades + 25, trades[^1].Id);
    }

    private SymbolUpdate Snapshot()
    {
        var client = new RecordingClient();
        return _state.Join(client.Subscriber).State;
    }

    private static BronzeRecord Trade(long id, decimal price, long eventTimeUs, string source = "coinbase") => new()
    {
        Kind = BronzeKind.Trade, Symbol = Symbol.Parse("BTC-USD"), Source = source, Timestamp = eventTimeUs / 1000, EventTimeUs = eventTimeUs, Price = price, Size = 1, TradeId = id,
    };

    private static BronzeRecord Ticker(decimal price, long eventTimeUs, decimal? volume, string source) => new()
    {
        Kind = BronzeKind.Ticker, Symbol = Symbol.Parse("BTC-USD"), Source = source, Timestamp = eventTimeUs / 1000, EventTimeUs = eventTimeUs, Price = price,
        Bid = price - 1, Ask = price + 1, Volume24h = volume,
    };

    private static SymbolHistory History(decimal price, long eventTimeUs, decimal? change = null, decimal volume = 0) => new(
        new LatestPrice
        {
            Symbol = "BTC-USD", Source = "coinbase", Price = price, EventTime = UnixMicroseconds.ToTime(eventTimeUs), ProcessedAt = DateTimeOffset.UnixEpoch,
            Volume24h = volume, Change24h = change, Sources = ["coinbase"],
        },
        []);
}
