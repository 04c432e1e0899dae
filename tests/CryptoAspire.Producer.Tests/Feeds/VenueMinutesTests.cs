using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>The venues' own candles, over HTTP, beside the trades that the simulator's market made.</summary>
public sealed class VenueMinutesTests
{
    private const long MinuteUs = 60_000_000;

    [Fact]
    public void A_row_that_is_too_short_is_an_answer_like_any_other_that_cannot_be_read()
    {
        var rows = new MinuteRows(Unit: 1_000, Open: 1, High: 2, Low: 3, Close: 4, Volume: 5, Trades: 8);
        using var answer = RestAnswer.Parse("[[1700000000000,\"1\",\"1\",\"1\",\"1\",\"1\"]]"u8.ToArray());

        Assert.Throws<HttpRequestException>(() => RestAnswer.Read(answer, root => rows.Read(root, "BTCUSDT", 0, DateTimeOffset.UnixEpoch)));
    }

    [Theory]
    [InlineData("binance")]
    [InlineData("coinbase")]
    [InlineData("coinbase-advanced")]
    [InlineData("kraken")]
    [InlineData("gemini")]
    public async Task A_venues_minutes_are_the_fold_of_its_trades(string name)
    {
        await using var simulator = await SimulatorUnderTest.StartAsync("--Simulator:TicksPerSecond=200");
        var entry = VenueCatalog.Find(name)!;
        using var http = new HttpClient();
        var addresses = VenueAddresses.OfSimulator(simulator.Address, name, entry.SimulatorSocket);
        var rest = new VenueRest(http, addresses.Rest, new RequestBudget(name, entry.Limit, TimeProvider.System), entry.Limit, TimeProvider.System);
        var venue = entry.Create(rest, addresses.Socket);
        var instrument = (await venue.InstrumentsAsync(default)).First(i => i.Symbol.Base == "BTC" && i.Symbol.Quote.StartsWith("USD", StringComparison.Ordinal));
        var traded = simulator.Market.InstrumentsOf(name == "coinbase-advanced" ? "coinbase" : name).Single(i => i.Base == instrument.Symbol.Base && i.Quote == instrument.Symbol.Quote);
        await Eventually.True(() => simulator.Market.Latest(traded) is not null);
        var from = (simulator.Market.Latest(traded)!.Value.TimeUs / MinuteUs - 4) * MinuteUs;

        var minutes = await ((ICandleSource)venue).MinutesAsync(instrument, from, default);

        var closed = minutes.Where(m => m.IsClosed).ToList();
        Assert.NotEmpty(closed);
        Assert.True(minutes.Count - closed.Count <= 1, "only the last minute may be running");
        foreach (var minute in closed)
        {
            var first = simulator.Market.FirstIdSince(traded, minute.StartUs)!.Value;
            var trades = simulator.Market.TradesFrom(traded, first, 100_000).TakeWhile(t => t.TimeUs < minute.StartUs + MinuteUs).ToList();
            Assert.Equal((instrument.Id, trades[0].Price, trades.Max(t => t.Price), trades.Min(t => t.Price), trades[^1].Price, trades.Sum(t => t.Size)),
                (minute.InstrumentId, minute.Open, minute.High, minute.Low, minute.Close, minute.Volume));
            Assert.Equal(trades.Count, minute.Trades ?? trades.Count);
        }
    }
}
