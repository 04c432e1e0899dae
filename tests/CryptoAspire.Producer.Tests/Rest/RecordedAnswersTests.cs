using System.Text;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Feeds;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.CoinbaseSpot;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Rest;

/// <summary>Answers that exchanges' REST interfaces gave once, served again and read as the producer reads them.</summary>
public sealed class RecordedAnswersTests : IAsyncLifetime
{
    private readonly HttpClient http = new();
    private readonly Dictionary<string, string> bodies = [];
    private WebApplication server = null!;

    [SharedDataFact(Captures.BinanceRest)]
    public async Task Binances_aggregates_follow_each_other_with_ids_of_their_own()
    {
        Serve("/api/v3/aggTrades", Captures.Rest(Captures.BinanceRest, "/api/v3/aggTrades").GetRawText());

        var page = await Venue("binance-agg").TradesAfterAsync(Instrument("BTCUSDT", "BTC-USDT"), new TradeCursor(202_790_189, 0), default);

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => 202_790_190L + i), page.Trades.Select(t => t.TradeId));
        Assert.Equal(new VenueTrade("BTCUSDT", 202_790_190, 1_577_977_823_305_000, 7139.89m, 0.067023m, Side.Buy), page.Trades[0]);
        Assert.Equal(Side.Sell, page.Trades[^1].Side);
    }

    [SharedDataFact(Captures.BinanceRest)]
    public async Task Binances_day_gives_price_quote_and_volume()
    {
        Serve("/api/v3/ticker/24hr", Captures.Rest(Captures.BinanceRest, "/api/v3/ticker/24hr").GetRawText());

        var ticker = await ((ITickerSource)Venue("binance")).TickerAsync(Instrument("BTCUSDT", "BTC-USDT"), default);

        Assert.Equal(new VenueTicker("BTCUSDT", 0, 6705.82m, 6705.88m, 6706.21m, 57857.494857m), ticker);
    }

    [SharedDataFact(Captures.BinanceRest)]
    public async Task Binances_minutes_are_read_in_their_order()
    {
        Serve("/api/v3/klines", Captures.Rest(Captures.BinanceRest, "/api/v3/klines").GetRawText());

        var minutes = await ((ICandleSource)Venue("binance")).MinutesAsync(Instrument("BTCUSDT", "BTC-USDT"), 0, default);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => 1_588_740_120_000_000 + i * 60_000_000L), minutes.Select(m => m.StartUs));
        Assert.Equal((9033.34m, 9039.99m, 9032.75m, 9033.15m, 31.192968m, 282L, true),
            (minutes[0].Open, minutes[0].High, minutes[0].Low, minutes[0].Close, minutes[0].Volume, minutes[0].Trades, minutes[0].IsClosed));
    }

    [SharedDataFact(Captures.CoinbaseRestCandles)]
    public async Task Coinbases_minutes_have_low_before_high_and_volumes_as_printed()
    {
        Serve("/products/BTC-USD/candles", File.ReadAllText(SharedData.File(Captures.CoinbaseRestCandles)));

        var minutes = await ((ICandleSource)Venue("coinbase")).MinutesAsync(Instrument("BTC-USD", "BTC-USD"), 0, default);

        Assert.Equal(10, minutes.Count);
        Assert.Equal((1_517_443_680_000_000, 10129.99m, 10130m, 10106.01m, 10106.01m, 4.727521520000001m),
            (minutes[8].StartUs, minutes[8].Open, minutes[8].High, minutes[8].Low, minutes[8].Close, minutes[8].Volume));
        Assert.All(minutes, m => Assert.True(m.Low <= m.Open && m.Low <= m.Close && m.High >= m.Open && m.High >= m.Close));
    }

    // The recording is of days; a minute's candle has the same fields.
    [SharedDataFact(Captures.CoinbaseAdvancedRestCandles)]
    public async Task Coinbase_Advanceds_candles_are_objects_of_text_newest_first()
    {
        Serve("/api/v3/brokerage/market/products/BTC-USD/candles", Captures.Document(Captures.CoinbaseAdvancedRestCandles).GetRawText());

        var candles = await ((ICandleSource)Venue("coinbase-advanced")).MinutesAsync(Instrument("BTC-USD", "BTC-USD"), 0, default);

        Assert.Equal(118, candles.Count);
        Assert.Equal(candles.OrderBy(c => c.StartUs), candles);
        Assert.Equal((1_696_982_400_000_000, 27393.28m, 27478.61m, 26521.32m, 26869.19m, 16466.26612207m),
            (candles[^1].StartUs, candles[^1].Open, candles[^1].High, candles[^1].Low, candles[^1].Close, candles[^1].Volume));
    }

    [SharedDataFact(Captures.CoinbaseSpot, Captures.CoinbaseStats)]
    public async Task Coinbases_spot_price_comes_with_the_volume_of_the_Exchanges_statistics()
    {
        Serve("/products", """[{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD"}]""");
        Serve("/products/BTC-USD/stats", File.ReadAllText(SharedData.File(Captures.CoinbaseStats)));
        Serve("/v2/prices/BTC-USD/spot", File.ReadAllText(SharedData.File(Captures.CoinbaseSpot)));
        var outlet = new CollectingOutlet();

        await new CoinbaseSpotSource(Rest("coinbase-v2"), Rest("coinbase"), new FixedSymbols(["BTC"]), TimeProvider.System).PollAsync(outlet, default);

        var (instrument, ticker) = Assert.Single(outlet.Tickers);
        Assert.Equal(("BTC-USD", 755.96m, 7697.38286685m), (instrument.Symbol.Name, ticker.Price, ticker.Volume24h));
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}").UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        server = builder.Build();
        server.MapFallback((HttpContext context) => bodies.TryGetValue(context.Request.Path.Value!, out var body) ? Results.Text(body, "application/json", Encoding.UTF8) : Results.NotFound());
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }

    private void Serve(string path, string body) => bodies[path] = JsonDocument.Parse(body).RootElement.GetRawText();

    private IVenue Venue(string name) => VenueCatalog.Find(name)!.Create(Rest(name), new Uri("ws://127.0.0.1:1/"));

    private VenueRest Rest(string name)
    {
        var limit = new RestLimit(1_000, 1_000);
        return new VenueRest(http, new Uri(server.Urls.Single() + "/"), new RequestBudget(name, limit, TimeProvider.System), limit, TimeProvider.System);
    }

    private static VenueInstrument Instrument(string id, string symbol) => new(id, Symbol.Parse(symbol));
}
