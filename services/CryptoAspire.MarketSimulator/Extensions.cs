using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Replay;
using CryptoAspire.MarketSimulator.Markets.Synthetic;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CryptoAspire.MarketSimulator;

internal static class Extensions
{
    /// <summary>Registers the one market that this process serves: the captures of <c>Replay:Path</c>, or the synthetic one.</summary>
    public static void AddMarket(this WebApplicationBuilder builder)
    {
        var settings = SimulatorSettings.From(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        if (settings.CapturePaths.Count == 0)
        {
            builder.Services.AddSingleton<IMarket>(services =>
                new SyntheticMarket(settings.Seed, settings.TicksPerSecond, services.GetRequiredService<TimeProvider>()));
            return;
        }
        var tape = ReplayTape.Load(settings.CapturePaths);
        builder.Services.AddSingleton(services => new ReplayMarket(tape, settings.ReplaySpeed, settings.ReplayLoop,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ReplayMarket>>()));
        builder.Services.AddSingleton<IMarket>(services => services.GetRequiredService<ReplayMarket>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ReplayMarket>());
    }

    /// <summary><c>GET /replay</c>: how far the replay is, or that the market is synthetic.</summary>
    public static void MapReplayProgress(this WebApplication app) =>
        app.MapGet("/replay", (IMarket market) => market is ReplayMarket replay
            ? Results.Ok(replay.Progress)
            : Results.Ok(new ReplayProgress("synthetic", 0, 0, 0, null)));
}
