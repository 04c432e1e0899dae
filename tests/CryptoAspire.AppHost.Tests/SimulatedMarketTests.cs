using System.Diagnostics;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

public class SimulatedMarketTests
{
    private static readonly string[] Coins = ["ADA", "BTC", "DOGE", "ETH", "SOL"];
    private static readonly IEnumerable<string> Expected = Coins.SelectMany(coin => new[] { $"{coin}-USD", $"{coin}-USDT" });

    [Fact]
    public async Task Simulated_market_shows_five_coins_in_both_dollars_within_half_a_minute_and_Ctrl_C_leaves_nothing_within_ten_seconds()
    {
        var port = FreePort.Next();
        await using var appHost = new AppHostProcess("--Feeds:Mode=simulated", $"--Ports:Api={port}");
        await appHost.StartedAsync(TimeSpan.FromMinutes(2));

        using var client = new HttpClient();
        await Eventually.Passes(async () => Assert.Equal(Expected, (await PricesAsync(client, port)).Select(p => p.Symbol)), TimeSpan.FromSeconds(30));
        // Whichever venue was last: its source says that it is none of the real ones.
        Assert.All(await PricesAsync(client, port), p => Assert.EndsWith("-sim", p.Source));

        var processes = appHost.Descendants();
        Assert.True(processes.Count >= RunningSystem.Processes.Count, string.Join('\n', processes.Values));
        var start = Stopwatch.GetTimestamp();
        appHost.Send(ProcessSignal.Interrupt);
        Assert.True(await appHost.WaitForExitAsync(TimeSpan.FromSeconds(60)), appHost.Output.Tail());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Empty(appHost.LeftOf(processes));
        Assert.Equal(0, appHost.ExitCode);
    }

    private static async Task<List<(string Symbol, string Source)>> PricesAsync(HttpClient client, int port)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://localhost:{port}/api/v1/prices/latest")));
        return [.. answer.RootElement.GetProperty("prices").EnumerateArray().Select(p => (p.GetProperty("symbol").GetString()!, p.GetProperty("source").GetString()!)).Order()];
    }
}
