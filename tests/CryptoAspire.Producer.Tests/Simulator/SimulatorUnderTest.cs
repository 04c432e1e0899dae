using CryptoAspire.MarketSimulator;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Simulator;

/// <summary>The simulator inside the test process, on a port that it keeps over restarts.</summary>
internal sealed class SimulatorUnderTest : IAsyncDisposable
{
    private readonly string[] settings;
    private readonly TimeProvider clock;
    private WebApplication? app;

    private SimulatorUnderTest(string[] settings, TimeProvider clock) => (this.settings, this.clock) = (settings, clock);

    public int Port { get; } = FreePort.Next();

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public FaultBoard Faults => app!.Services.GetRequiredService<FaultBoard>();

    public IMarket Market => app!.Services.GetRequiredService<IMarket>();

    public static Task<SimulatorUnderTest> ReplayAsync(string speed, params string[] files) =>
        StartAsync("--Feeds:Mode=replay", $"--Replay:Path={string.Join(';', files)}", $"--Replay:Speed={speed}");

    public static Task<SimulatorUnderTest> StartAsync(params string[] settings) => StartAsync(TimeProvider.System, settings);

    public static async Task<SimulatorUnderTest> StartAsync(TimeProvider clock, params string[] settings)
    {
        var simulator = new SimulatorUnderTest(settings, clock);
        await simulator.StartAgainAsync();
        return simulator;
    }

    public async Task StartAgainAsync()
    {
        app = SimulatorHost.Build([.. settings, $"--urls=http://127.0.0.1:{Port}"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(clock);
            builder.WebHost.UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        });
        await app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (app is null) return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
