using System.Diagnostics;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

public class SimulatedMarketTests
{
    private static readonly string[] Coins = ["ADA", "BTC", "DOGE", "ETH", "SOL"];
    private static readonly IEnumerable<string> Expected = Coins.SelectMany(coin => new[] { $"{coin}-USD coinbase-sim", $"{coin}-USDT binance-sim" });

    [Fact]
    public async Task Simulated_market_shows_five_coins_at_both_venues_within_half_a_minute_and_Ctrl_C_leaves_nothing_within_ten_seconds()
    {
        var port = FreePort.Next();
        await using var appHost = new AppHostProcess("--Feeds:Mode=simulated", $"--Ports:Api={port}");
        await appHost.StartedAsync(TimeSpan.FromMinutes(2));

        using var client = new HttpClient();
        await Eventually.Passes(async () => Assert.Equal(Expected, await SourcesAsync(client, port)), TimeSpan.FromSeconds(30));

        var processes = appHost.Descendants();
        Assert.True(processes.Count >= RunningSystem.Processes.Count, string.Join('\n', processes.Values));
        var start = Stopwatch.GetTimestamp();
        appHost.Send(ProcessSignal.Interrupt);
        Assert.True(await appHost.WaitForExitAsync(TimeSpan.FromSeconds(60)), appHost.Output.Tail());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Empty(appHost.LeftOf(processes));
        Assert.Equal(0, appHost.ExitCode);
    }

    // Every latest price with its source: that of real venues must not be among them.
    private static async Task<IEnumerable<string>> SourcesAsync(HttpClient client, int port)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://localhost:{port}/api/v1/prices/latest")));
        return [.. answer.RootElement.GetProperty("prices").EnumerateArray().Select(p => $"{p.GetProperty("symbol").GetString()} {p.GetProperty("source").GetString()}").Order(StringComparer.Ordinal)];
    }
}
