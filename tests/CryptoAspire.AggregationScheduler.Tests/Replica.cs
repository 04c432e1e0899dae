using System.Collections.Concurrent;
using System.Data.Common;
using CryptoAspire.AggregationScheduler.Scheduling;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>A scheduler in the test's own process, with whatever jobs and clock the test wants.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private Replica(IHost host, LogLines log)
    {
        _host = host;
        Log = log.Lines;
    }

    /// <summary>Its warnings and errors.</summary>
    public IReadOnlyCollection<string> Log { get; }

    public static async Task<Replica> StartAsync(
        NpgsqlDataSource database, Action<IHostApplicationBuilder> jobs, IEnumerable<KeyValuePair<string, string?>>? settings = null, TimeProvider? time = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("JobRuns:Poll", (string?)"00:00:00.050"), KeyValuePair.Create("JobRuns:RetryDelay", (string?)"00:00:00.100")]);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        var log = new LogLines();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(database).AddSingleton<DbDataSource>(database);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddScheduler();
        jobs(builder);
        var host = builder.Build();
        await host.StartAsync();
        var replica = new Replica(host, log);
        try
        {
            var health = host.Services.GetRequiredService<HealthCheckService>();
            await Eventually.True(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, TimeSpan.FromSeconds(120));
            return replica;
        }
        catch (TimeoutException)
        {
            await replica.DisposeAsync();
            throw new TimeoutException($"The scheduler did not start:\n{string.Join('\n', log.Lines)}");
        }
    }

    /// <summary>Stops it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
