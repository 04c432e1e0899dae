using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets.Replay;
using CryptoAspire.MarketSimulator.Venues.Binance;
using CryptoAspire.MarketSimulator.Venues.Coinbase;
using CryptoAspire.MarketSimulator.Venues.CoinbaseAdvanced;
using CryptoAspire.MarketSimulator.Venues.CoinbaseSpot;
using CryptoAspire.MarketSimulator.Venues.Context;
using CryptoAspire.MarketSimulator.Venues.Gemini;
using CryptoAspire.MarketSimulator.Venues.Kraken;

namespace CryptoAspire.MarketSimulator;

/// <summary>The simulator as a web application; tests build it on a free port.</summary>
public static class SimulatorHost
{
    /// <summary>Runs until stopped. A setting that makes no sense is one line on the error output and exit code 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        WebApplication app;
        try
        {
            app = Build(args);
        }
        catch (Exception e) when (e is SettingException or CaptureFormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        await app.RunAsync();
        return 0;
    }

    /// <exception cref="SettingException">A setting has an impossible value.</exception>
    /// <exception cref="CaptureFormatException">A file of <c>Replay:Path</c> cannot be replayed.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddMarket();
        builder.AddFaults();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseWebSockets();
        app.UseRestFaults();
        app.MapDefaultEndpoints();
        app.MapCoinbaseSocket();
        app.MapCoinbaseRest();
        app.MapBinance();
        app.MapCoinbaseAdvanced();
        app.MapCoinbaseSpot();
        app.MapKraken();
        app.MapGemini();
        app.MapCoinGecko();
        app.MapFearGreed();
        app.MapRss();
        app.MapNewsApi();
        app.MapReplayProgress();
        app.MapFaults();
        return app;
    }
}
