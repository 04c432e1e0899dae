using CryptoAspire.Dashboard.Tests;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

public class ReplayTests
{
    /// <summary>One start for everything that is to be seen of a replay: the whole system takes longer to start than to check.</summary>
    [SharedDataFact(Captures.Bitcoin, Captures.Ether, Captures.BitcoinCandles, Captures.EtherCandles)]
    public async Task Replay_ends_with_the_reference_candles_each_trade_once_and_the_same_on_the_screen()
    {
        await using var system = await RunningSystem.ReplayAsync("max");
        await system.SilverReachesAsync(Captures.TradeCount, TimeSpan.FromMinutes(3));
        await system.AllHealthyAsync();
        await Verdict.EverythingIsRightAsync(system);
        await ScreenShowsWhatTheApiSaysAsync(system);
        await PageIsServedAsync(system);
    }

    private static async Task ScreenShowsWhatTheApiSaysAsync(RunningSystem system)
    {
        await using var hub = await HubClient.ConnectAsync(system.Address("dashboard"));
        var prices = (await system.ApiAsync("/api/v1/prices/latest")).GetProperty("prices").EnumerateArray().ToList();
        Assert.Equal(["BTC-USDT", "ETH-USDT"], prices.Select(p => p.GetProperty("symbol").GetString()));
        await Eventually.Passes(async () =>
        {
            var rows = (await hub.JoinAsync("market")).Payload.GetProperty("rows").EnumerateArray().OrderBy(r => r.GetProperty("symbol").GetString(), StringComparer.Ordinal).ToList();
            Assert.Equal(
                prices.Select(p => (p.GetProperty("symbol").GetString(), p.GetProperty("source").GetString(), p.GetProperty("price").GetString())),
                rows.Select(r => (r.GetProperty("symbol").GetString(), r.GetProperty("source").GetString(), r.GetProperty("price").GetString())));
            Assert.All(rows, r => Assert.Equal("binance-replay", r.GetProperty("source").GetString()));
        });

        foreach (var symbol in Captures.TradeIds.Keys)
        {
            var candles = (await system.ApiAsync($"/api/v1/candles/{symbol}?interval=1m")).GetProperty("candles").EnumerateArray().Select(c => c.GetRawText());
            var bars = (await hub.JoinAsync($"candles:{symbol}:1m")).Payload.GetProperty("bars").EnumerateArray().Select(c => c.GetRawText());
            Assert.Equal(candles, bars);
        }
    }

    private static async Task PageIsServedAsync(RunningSystem system)
    {
        using var client = system.Client("dashboard");
        Assert.Contains("<html", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.OrdinalIgnoreCase);
    }
}
