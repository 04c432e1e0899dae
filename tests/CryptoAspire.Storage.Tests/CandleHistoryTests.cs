using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Storage.Tests;

public class CandleHistoryTests : SilverDatabase
{
    private static readonly DateTimeOffset Noon = new(2024, 8, 8, 12, 0, 0, TimeSpan.Zero);

    private readonly SetTime _clock = new(Noon);

    [Fact]
    public async Task What_was_known_at_a_time_is_what_had_been_committed_then()
    {
        // Each step is a batch, a minute of the processor's clock after the one before.
        Trade[][] steps =
        [
            [Make.Trade(1, "10:00:10", 100), Make.Trade(2, "10:00:20", 120, source: "binance")],
            [Make.Trade(3, "10:01:05", 130), Make.Trade(3, "10:01:05", 131, source: "binance")],
            [Make.Trade(2, "10:00:15", 90)],
            [Make.Trade(4, "10:06:00", 140), Make.Trade(4, "10:06:00", 150, source: "binance")],
            [Make.Trade(1, "10:02:00", 80, source: "binance")],
        ];
        var log = new BronzeLog();
        var writer = NewWriter(time: _clock);
        foreach (var step in steps)
        {
            await log.Append(step).CommitAllAsync(writer, time: _clock);
            _clock.Now += TimeSpan.FromMinutes(1);
        }

        foreach (var interval in Intervals.All)
        {
            foreach (var venue in new[] { "*", "coinbase", "binance" })
            {
                for (var known = 0; known <= steps.Length; known++)
                {
                    var asOf = Noon.AddMinutes(known).AddSeconds(-30);
                    var candles = await new CandleHistory(Database).ReadAsOfAsync("BTC-USD", venue, interval, null, null, asOf, 100, default);
                    Assert.Equal(Fold(steps.Take(known), venue, interval), candles.Select(Shown));
                }
            }
        }
    }

    [Fact]
    public async Task As_of_now_is_what_candles_say_and_the_limit_keeps_the_newest()
    {
        await new BronzeLog().Append(Make.Random(2_000, seed: 8)).CommitAllAsync(NewWriter(), batchSize: 150);
        foreach (var interval in Intervals.All)
        {
            var now = await new CandleQueries(Database).ReadAsync("BTC-USD", Venue.All, interval, null, null, 7, default);
            var then = await new CandleHistory(Database).ReadAsOfAsync("BTC-USD", Venue.All, interval, null, null, DateTimeOffset.UtcNow.AddMinutes(1), 7, default);
            Assert.Equal(now.Select(Shown), then.Select(Shown));
        }
    }

    [Fact]
    public async Task Lineage_names_revisions_with_their_causes_sources_offsets_and_every_trade()
    {
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:10", 100), Make.Trade(1, "10:00:20", 120, source: "binance"), Make.Trade(1, "10:00:30", 5, symbol: "ETH-USD"));
        var writer = NewWriter();
        await log.CommitAllAsync(writer);
        await log.Append(Make.Trade(2, "10:05:00", 110), Make.Trade(2, "10:05:00", 111, source: "binance")).CommitAllAsync(writer);
        await log.Append(Make.Trade(3, "10:00:40", 90)).CommitAllAsync(writer);

        var history = new CandleHistory(Database);
        var lineage = (await history.LineageAsync("BTC-USD", Venue.All, Interval.OneMinute, Noon.AddHours(-2), default))!;
        Assert.Equal((90m, 3L, CandleStatus.Corrected), (lineage.Candle.Close, lineage.Candle.TradeCount, lineage.Candle.Status));
        Assert.Equal(new BronzeRange(0, 0, 6), lineage.Offsets);
        Assert.Equal([("final", 0L, new BronzeRange(0, 3, 5), 2L), ("late", 1L, new BronzeRange(0, 5, 6), 3L)], lineage.Revisions.Select(r => (r.Cause, r.LateTrades, r.Offsets!, r.TradeCount)));
        Assert.Equal([("binance", 1L, new BronzeRange(0, 0, 3)), ("coinbase", 2L, new BronzeRange(0, 0, 6))], lineage.Sources.Select(s => (s.Source, s.TradeCount, s.Offsets!)));

        var first = await history.TradesAsync(lineage.Candle, null, 2, default);
        var rest = await history.TradesAsync(lineage.Candle, first[^1], 2, default);
        Assert.Equal([0L, 1L, 5L], first.Concat(rest).Select(trade => trade.KafkaOffset));
        var day = (await history.LineageAsync("BTC-USD", "coinbase", Interval.OneDay, Noon.AddHours(-12), default))!;
        Assert.Equal([100m, 90m, 110m], (await history.TradesAsync(day.Candle, null, 100, default)).Select(trade => trade.Price));
        Assert.Null(await history.LineageAsync("BTC-USD", Venue.All, Interval.OneMinute, Noon, default));
    }

    private static IEnumerable<string> Fold(IEnumerable<Trade[]> batches, string venue, Interval interval)
    {
        var fold = new CandleFold();
        foreach (var trade in batches.SelectMany(batch => batch))
            fold.Add(trade);
        return fold.ToCandles()
            .Where(pair => pair.Key.Venue == venue && pair.Key.Interval == interval)
            .OrderBy(pair => pair.Key.StartUs)
            .Select(pair => FormattableString.Invariant(
                $"{UnixMicroseconds.ToTime(pair.Key.StartUs):T} {pair.Value.Open.Price:G29} {pair.Value.High:G29} {pair.Value.Low:G29} {pair.Value.Close.Price:G29} {pair.Value.Volume:G29} {pair.Value.Notional:G29} {pair.Value.BuyVolume:G29} {pair.Value.TradeCount}"));
    }

    private static string Shown(Candle c) => FormattableString.Invariant(
        $"{c.Start:T} {c.Open:G29} {c.High:G29} {c.Low:G29} {c.Close:G29} {c.Volume:G29} {c.Notional:G29} {c.BuyVolume:G29} {c.TradeCount}");
}
