using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Replay;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Feeds;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Simulator;

/// <summary>Recordings of the venues whose messages are played as ours make them: what was recorded comes out of the feed.</summary>
public sealed class RecordedMarketTests : IDisposable
{
    private readonly TemporaryDirectory directory = new("recordings");

    public void Dispose() => directory.Dispose();

    [SharedDataTheory(Captures.KrakenTrades, Captures.CoinbaseAdvanced, Captures.Gemini)]
    [InlineData("kraken", Captures.KrakenTrades, "BTC-USDT", 1_000, 1_000)]
    [InlineData("coinbase-advanced", Captures.CoinbaseAdvanced, "BTC-USD", 135, 256)]
    [InlineData("gemini", Captures.Gemini, "SOL-USD", 100, 512)]
    public async Task A_replay_gives_the_recorded_trades(string venue, string file, string symbol, int trades, int all)
    {
        await using var simulator = await SimulatorUnderTest.ReplayAsync("max", SharedData.File(file));
        await using var feed = FeedUnderTest.Of(venue, simulator.Address, FeedMode.Replay);

        await Eventually.True(() => feed.Records.Count >= all, TimeSpan.FromSeconds(60));

        var replayed = feed.Trades(symbol);
        Assert.Equal((trades, trades), (replayed.Count, replayed.Select(t => t.TradeId).Distinct().Count()));
        Assert.All(replayed, t => Assert.Equal(venue + "-replay", t.Source));
        Assert.Equal(all, feed.Records.Count);
        var recorded = RecordedMarket.Read(SharedData.File(file)).Select(r => r.Trade).Where(t => $"{t.Instrument.Base}-{t.Instrument.Quote}" == symbol).DistinctBy(t => t.Id).OrderBy(t => t.Id);
        Assert.Equal(recorded.Select(t => (t.Id, t.Price, t.Size, t.TakerBuys)), replayed.OrderBy(t => t.TradeId).Select(t => (t.TradeId, t.Price, t.Size, t.Side == Market.Side.Buy)));
    }

    [Theory]
    [InlineData("{\"t\":\"header\",\"exchange\":\"NOWHERE\"}\n", 1)]
    [InlineData("{\"t\":\"header\",\"exchange\":\"GEMINI\"}\n{\"t\":\"recv\"", 2)]
    [InlineData("{\"t\":\"header\",\"exchange\":\"GEMINI\"}\n{\"t\":\"recv\",\"ts\":1.5,\"data\":\"{\\\"tid\\\":1}\"}", 2)]
    [InlineData("{\"error\":[],\"result\":{\"XBTUSDT\":[[1]]}}", 1)]
    [InlineData("{\"error\":[],\"result\":{\"XBTUSDT\":[]}}", 0)]
    [InlineData("{\"anything\":1}", 1)]
    public void What_is_no_such_recording_is_refused_with_file_and_line(string text, int line)
    {
        var path = Path.Combine(directory.Path, "recording.json");
        File.WriteAllText(path, text);

        var refusal = Assert.Throws<CaptureFormatException>(() => ReplayTape.Load([path]));

        Assert.Equal((path, line), (refusal.File, refusal.Line));
    }
}
