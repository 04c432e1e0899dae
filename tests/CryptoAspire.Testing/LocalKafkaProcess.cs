using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.Testing;

/// <summary>
/// The broker as a process of its own, with a data directory of its own, on a free loopback port. Its data and port stay
/// the same over <see cref="KillAsync"/>, <see cref="StopAsync"/> and <see cref="RestartAsync"/>.
/// </summary>
public sealed class LocalKafkaProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory? _ownDirectory;
    private readonly IReadOnlyList<string> _arguments;
    private ChildProcess? _process;

    private LocalKafkaProcess(int port, string? dataDirectory, IEnumerable<string> arguments)
    {
        Port = port;
        if (dataDirectory is null) _ownDirectory = new TemporaryDirectory("kafka");
        DataDirectory = dataDirectory ?? _ownDirectory!.Path;
        _arguments = [.. arguments];
    }

    /// <summary>Its loopback port.</summary>
    public int Port { get; }

    /// <summary>What a client takes as <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => $"127.0.0.1:{Port}";

    /// <summary>Where it keeps its log.</summary>
    public string DataDirectory { get; }

    /// <summary>Its log lines since the first start.</summary>
    public ProcessOutput Output { get; } = new();

    /// <summary>Process id.</summary>
    public int ProcessId => Running.Id;

    /// <summary>Exit code once it has ended by itself.</summary>
    public int ExitCode => Running.ExitCode;

    private ChildProcess Running => _process ?? throw new InvalidOperationException("The broker was never started.");

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    /// <param name="arguments">Further arguments, for example <c>--flush always</c>.</param>
    /// <param name="dataDirectory">Null: a temporary one, deleted at the end.</param>
    /// <param name="port">Null: a free one.</param>
    public static async Task<LocalKafkaProcess> StartAsync(IEnumerable<string>? arguments = null, string? dataDirectory = null, int? port = null)
    {
        var broker = new LocalKafkaProcess(port ?? FreePort.Next(), dataDirectory, arguments ?? []);
        try
        {
            await broker.RestartAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: nothing is flushed, nothing said.</summary>
    public Task KillAsync() => Running.KillAsync();

    /// <summary>SIGTERM, then SIGKILL after 10 s.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public Task<bool> StopAsync() => Running.StopAsync();

    /// <summary>Sends any signal, for example <see cref="ProcessSignal.Stop"/> to freeze the broker.</summary>
    public void Send(ProcessSignal signal) => Running.Send(signal);

    /// <summary>Starts it again on the same port and data; stops it first if it runs.</summary>
    /// <returns>Time from the start of the process to its first accepted connection.</returns>
    /// <exception cref="InvalidOperationException">It ended instead of listening; the message holds its log.</exception>
    public async Task<TimeSpan> RestartAsync()
    {
        if (_process is not null)
        {
            await _process.StopAsync();
            await _process.DisposeAsync();
        }
        long start = Stopwatch.GetTimestamp();
        string[] fixedArguments =
        [
            Path.Combine(AppContext.BaseDirectory, "CryptoAspire.LocalKafka.dll"),
            "--port", $"{Port}",
            "--data", DataDirectory
        ];
        _process = ChildProcess.Start("dotnet", [.. fixedArguments, .. _arguments], workingDirectory: DataDirectory, output: Output);
        while (!await AcceptsConnectionsAsync())
        {
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(TimeSpan.FromSeconds(1));
                throw new InvalidOperationException($"LocalKafka ended with {_process.ExitCode}:\n{Output.Tail()}");
            }
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > 60)
                throw new InvalidOperationException($"LocalKafka did not listen on port {Port} within 60 s:\n{Output.Tail()}");
            await Task.Delay(20);
        }
        return Stopwatch.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _ownDirectory?.Dispose();
    }

    private async Task<bool> AcceptsConnectionsAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
