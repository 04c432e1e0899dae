using System.Text.Json;
using CryptoAspire.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace CryptoAspire.AppHost.Tests;

/// <summary>The whole product, started by the testing entry point: every process is real, on free ports, with a data directory of its own.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    /// <summary>Every process, in the order of the data.</summary>
    public static readonly IReadOnlyList<string> Processes = ["marketsimulator", "producer", "kafka", "postgres", "streamprocessor", "aggregationscheduler", "api", "dashboard"];

    /// <summary>For one process to be healthy (again), on a machine that builds something else meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly DistributedApplication _app;
    private readonly string _logs;

    private RunningSystem(DistributedApplication app, string logs, NpgsqlDataSource database) => (_app, _logs, Database) = (app, logs, database);

    public NpgsqlDataSource Database { get; }

    /// <summary>Starts a replay of <see cref="Captures"/>.</summary>
    /// <param name="speed">A multiple of the recorded pace, or <c>max</c>.</param>
    public static async Task<RunningSystem> ReplayAsync(string speed)
    {
        await using var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.CryptoAspire_AppHost>(
            ["--Feeds:Mode=replay", $"--Replay:Path={Captures.ReplayPath}", $"--Replay:Speed={speed}"]);
        var scheduler = appHost.Resources.OfType<ProjectResource>().Single(r => r.Name == "aggregationscheduler");
        appHost.CreateResourceBuilder(scheduler).WithEnvironment("Jobs__gold-10min__Schedule", "every 1s").WithEnvironment("Jobs__gold-hourly__Schedule", "every 1s");
        var logs = Path.Combine(appHost.Configuration["DataDirectory"]!, "logs");
        var app = await appHost.BuildAsync();
        try
        {
            await app.StartAsync();
            var crypto = await app.GetConnectionStringAsync("crypto");
            return new RunningSystem(app, logs, NpgsqlDataSource.Create(crypto!));
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public HttpClient Client(string resource) => _app.CreateHttpClient(resource);

    public Uri Address(string resource) => _app.GetEndpoint(resource);

    /// <summary>Waits until every process is healthy.</summary>
    public Task AllHealthyAsync() => Task.WhenAll(Processes.Select(name => HealthyAsync(name, otherThan: null)));

    /// <summary>SIGKILL.</summary>
    /// <returns>The id that the process had.</returns>
    public async Task<int> KillAsync(string resource)
    {
        var running = await HealthyAsync(resource, otherThan: null);
        ChildProcess.Send(running, ProcessSignal.Kill);
        return running;
    }

    /// <summary>Waits until the resource is healthy, and as another process than that one.</summary>
    /// <returns>Its process id.</returns>
    public async Task<int> HealthyAsync(string resource, int? otherThan)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var change = await _app.ResourceNotifications.WaitForResourceAsync(
                resource, e => e.Snapshot.HealthStatus == HealthStatus.Healthy && ProcessId(e) is { } id && id != otherThan, limit.Token);
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token); // what waits for it has been told
            return ProcessId(change)!.Value;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{resource} is not healthy after {Patience.TotalSeconds:0} s.\n{LogTails()}");
        }
    }

    /// <summary>Waits until Silver holds that many rows, through restarts of PostgreSQL.</summary>
    public async Task<long> SilverReachesAsync(long rows, TimeSpan timeout)
    {
        var seen = 0L;
        try
        {
            await Eventually.Passes(async () => Assert.True((seen = await ScalarAsync<long>("select count(*) from crypto_prices_realtime")) >= rows), timeout);
            return seen;
        }
        catch (Exception failure)
        {
            throw new TimeoutException($"Silver holds {seen} rows instead of {rows} after {timeout.TotalSeconds:0} s.\n{LogTails()}", failure);
        }
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The number of rows that a query finds.</summary>
    public Task<long> CountAsync(string sql) => ScalarAsync<long>($"select count(*) from ({sql}) q");

    /// <summary>A JSON answer of the API.</summary>
    public async Task<JsonElement> ApiAsync(string path)
    {
        using var client = Client("api");
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static int? ProcessId(ResourceEvent change) => change.Snapshot.Properties.FirstOrDefault(p => p.Name == "executable.pid")?.Value as int?;

    /// <summary>The end of each process's log: the directory is gone when a failure is read.</summary>
    private string LogTails()
    {
        const int lines = 15;
        return string.Join('\n', Directory.Exists(_logs)
            ? Directory.EnumerateFiles(_logs, "*.log").Order(StringComparer.Ordinal).SelectMany(f => File.ReadLines(f).TakeLast(lines).Prepend($"--- {Path.GetFileName(f)}"))
            : ["no logs"]);
    }
}
