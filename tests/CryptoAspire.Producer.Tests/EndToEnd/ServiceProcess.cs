using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>The simulator or the producer as the process that it is in production.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly Assembly program;
    private readonly string[] arguments;
    private ChildProcess process;

    private ServiceProcess(Assembly program, string[] arguments)
    {
        this.program = program;
        this.arguments = [.. arguments, $"--urls=http://127.0.0.1:{Port}"];
        process = Launch();
    }

    public int Port { get; } = FreePort.Next();

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public ProcessOutput Output { get; } = new();

    public int Id => process.Id;

    public static ServiceProcess Simulator(params string[] arguments) => new(typeof(MarketSimulator.SimulatorHost).Assembly, arguments);

    public static ServiceProcess Producer(string bootstrap, Uri simulator, params string[] arguments) =>
        new(typeof(ProducerHost).Assembly, [.. arguments, $"--ConnectionStrings:kafka={bootstrap}", $"--services:marketsimulator:http:0={simulator}"]);

    /// <summary>kill -9, and again from the start.</summary>
    public async Task KillAndRestartAsync()
    {
        await process.KillAsync();
        await process.DisposeAsync();
        process = Launch();
    }

    public Task<bool> StopAsync() => process.StopAsync();

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, path));

    public async Task<JsonElement> PostAsync(string path)
    {
        using var answer = await Http.PostAsync(new Uri(Address, path), null);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<string> GetTextAsync(string path) => await Http.GetStringAsync(new Uri(Address, path));

    public async ValueTask DisposeAsync() => await process.DisposeAsync();

    private ChildProcess Launch() => ChildProcess.Start("dotnet", [program.Location, .. arguments], output: Output,
        workingDirectory: Path.GetDirectoryName(program.Location));
}
