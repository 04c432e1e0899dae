using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.Producer.Tests.Simulator;

public sealed class SyntheticMarketTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_makes_the_same_trades()
    {
        Assert.Equal(TenMinutes(Market(seed: 7)), TenMinutes(Market(seed: 7)));
    }

    [Fact]
    public void Another_seed_makes_another_market()
    {
        var (one, other) = (TenMinutes(Market(seed: 7)), TenMinutes(Market(seed: 8)));

        Assert.NotEqual(one.Select(t => t.Price), other.Select(t => t.Price));
    }

    [Fact]
    public void A_market_asked_later_tells_the_same_history()
    {
        var (early, late) = (Market(seed: 7), Market(seed: 7, Noon.AddHours(1)));
        var instrument = early.InstrumentsOf(VenueNames.Coinbase)[0];
        var id = early.Latest(instrument)!.Value.Id - 500;

        Assert.Equal(early.TradesFrom(instrument, id, 400), late.TradesFrom(instrument, id, 400));
    }

    [Fact]
    public void Ids_have_no_hole_and_times_never_go_back()
    {
        var market = Market(seed: 7);
        foreach (var instrument in market.InstrumentsOf(VenueNames.Binance).Concat(market.InstrumentsOf(VenueNames.Coinbase)))
        {
            var first = market.Latest(instrument)!.Value.Id - 2_000;
            var trades = market.TradesFrom(instrument, first, 2_000);

            Assert.Equal(Enumerable.Range(0, 2_000).Select(i => first + i), trades.Select(t => t.Id));
            Assert.Equal(trades.Select(t => t.TimeUs).Order(), trades.Select(t => t.TimeUs));
            Assert.All(trades, t => Assert.True(t.Price > 0 && t.Size > 0 && t.Price % instrument.PriceTick == 0 && t.Size % instrument.SizeStep == 0));
        }
    }

    [Fact]
    public void Nothing_is_told_before_it_has_happened()
    {
        var market = Market(seed: 7);
        var nowUs = Noon.ToUnixTimeMilliseconds() * 1_000;

        Assert.All(market.InstrumentsOf(VenueNames.Coinbase), i =>
        {
            Assert.True(market.Latest(i)!.Value.TimeUs <= nowUs);
            Assert.All(market.TradesFrom(i, market.Latest(i)!.Value.Id - 10, 1_000), t => Assert.True(t.TimeUs <= nowUs));
        });
    }

    [Fact]
    public void A_coin_costs_nearly_the_same_at_both_venues()
    {
        var market = Market(seed: 7);
        foreach (var coinbase in market.InstrumentsOf(VenueNames.Coinbase))
        {
            var binance = market.InstrumentsOf(VenueNames.Binance).Single(i => i.Base == coinbase.Base);
            var difference = market.Latest(coinbase)!.Value.Price / market.Latest(binance)!.Value.Price - 1;

            Assert.InRange(difference, -0.005m, 0.005m);
        }
    }

    [Fact]
    public void Prices_move_like_prices_within_minutes_and_trades_come_in_bursts()
    {
        var trades = TenMinutes(Market(seed: 7)).Where(t => t.Instrument.Id == "BTCUSDT").ToList();
        var (low, high) = (trades.Min(t => t.Price), trades.Max(t => t.Price));
        var perSecond = trades.GroupBy(t => t.TimeUs / 1_000_000).Select(g => g.Count()).ToList();

        Assert.InRange(high / low, 1.0002m, 1.05m);
        Assert.InRange(trades.Count(t => t.TakerBuys) / (double)trades.Count, 0.3, 0.7);
        Assert.True(perSecond.Max() > 4 * trades.Count / 600.0, "no second is four times as busy as the average one");
        Assert.Contains(trades, t => t.Size > 20 * trades.Average(x => x.Size));
    }

    [Fact]
    public void The_rate_is_the_one_that_was_asked_for() => Assert.InRange(TenMinutes(Market(seed: 7)).Count / 600.0, 45, 55);

    [Fact]
    public void The_quote_of_a_summary_encloses_the_trade_and_lies_within_the_day()
    {
        var market = Market(seed: 7);
        Assert.All(market.InstrumentsOf(VenueNames.Coinbase), i =>
        {
            var day = market.Summary(i)!.Value;
            Assert.True(day.BestBid < day.BestAsk && day.Low <= day.BestBid && day.BestAsk <= day.High && day.Volume > 0);
        });
    }

    private static SyntheticMarket Market(long seed, DateTimeOffset? now = null) => new(seed, ticksPerSecond: 50, new StoppedClock(now ?? Noon));

    private static List<MarketTrade> TenMinutes(SyntheticMarket market)
    {
        var sinceUs = Noon.AddMinutes(-10).ToUnixTimeMilliseconds() * 1_000;
        return [.. market.InstrumentsOf(VenueNames.Coinbase).Concat(market.InstrumentsOf(VenueNames.Binance))
            .SelectMany(i => market.TradesFrom(i, market.Latest(i)!.Value.Id - 8_000, 9_000).Where(t => t.TimeUs > sinceUs))
            .OrderBy(t => t.TimeUs)];
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
