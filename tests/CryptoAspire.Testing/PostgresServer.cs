using System.Diagnostics;
using Npgsql;

namespace CryptoAspire.Testing;

/// <summary>
/// A real PostgreSQL of the operating system's newest version on a free loopback port, with a data directory of its own.
/// Most tests use <see cref="PostgresDatabase"/>, which shares one server per test assembly; a test that kills its server
/// starts one for itself with <see cref="StartAsync"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);

    private readonly TemporaryDirectory _directory = new("postgres");
    private readonly string _bin = PostgresInstallation.RequiredBinDirectory;
    private readonly string? _user;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private ChildProcess? _process;
    private int _databases;

    private PostgresServer(IReadOnlyDictionary<string, string>? settings)
    {
        _settings = settings ?? new Dictionary<string, string>();
        // postgres refuses to run as root: the operating system's own postgres user, or any without rights.
        _user = Environment.IsPrivilegedProcess
            ? File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody"
            : null;
        if (_user is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(_directory.Path, (UnixFileMode)0x1FF);
    }

    /// <summary>The operating system's user that it runs as; null: the tests' own.</summary>
    public string? User => _user;

    /// <summary>Its loopback port; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>Process id of the postmaster.</summary>
    public int ProcessId => Running.Id;

    /// <summary>The server's log since its first start.</summary>
    public ProcessOutput Output { get; } = new();

    /// <summary>Connection string of the superuser to the maintenance database.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    private ChildProcess Running => _process ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>The one server that all classes of this test assembly share; stopped and deleted when the process ends.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a server of its own.</summary>
    /// <param name="settings">Further settings of <c>postgresql.conf</c>.</param>
    public static async Task<PostgresServer> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var server = new PostgresServer(settings);
        try
        {
            await server.InitializeAsync();
            // Between FreePort's look and PostgreSQL's bind another process can take the port.
            for (int attempt = 1; ; attempt++)
            {
                server.Port = FreePort.Next();
                try
                {
                    await server.RestartAsync();
                    return server;
                }
                catch (InvalidOperationException) when (attempt < 3)
                {
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string prefix = "test")
    {
        string name = $"{prefix}_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database \"{name}\"", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionStringOf(name);
    }

    /// <summary>Connection string of the superuser to a database.</summary>
    public string ConnectionStringOf(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Include Error Detail=true;Timeout=60";

    /// <summary>SIGKILL to the postmaster; its children follow by themselves. What was committed must survive.</summary>
    public async Task KillAsync()
    {
        await Running.KillAsync();
        _process = null;
    }

    /// <summary>An orderly stop (SIGINT, PostgreSQL's fast shutdown: sessions are cut off).</summary>
    public async Task StopAsync()
    {
        await Running.StopAsync(TimeSpan.FromSeconds(20), ProcessSignal.Interrupt);
        _process = null;
    }

    /// <summary>Sends any signal to the postmaster, for example <see cref="ProcessSignal.Stop"/> (new connections then hang).</summary>
    public void Send(ProcessSignal signal) => Running.Send(signal);

    /// <summary>Starts the stopped or killed server again on its port and data, and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message holds its log.</exception>
    public async Task RestartAsync()
    {
        if (_process is { HasExited: false }) await StopAsync();
        long start = Stopwatch.GetTimestamp();
        _process = Launch();
        while (true)
        {
            if (_process.HasExited)
            {
                // Backends of a killed postmaster hold its shared memory for a moment.
                if (!Output.Tail(5).Contains("shared memory block", StringComparison.Ordinal) || Stopwatch.GetElapsedTime(start).TotalSeconds > 60)
                    throw new InvalidOperationException($"PostgreSQL ended with {_process.ExitCode}:\n{Output.Tail()}");
                await Task.Delay(100);
                _process = Launch();
            }
            try
            {
                // Without pool: a pooled connection of before the kill would be found broken.
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(start).TotalSeconds < 120)
            {
                await Task.Delay(25);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Send(ProcessSignal.Continue);
            await _process.StopAsync(TimeSpan.FromSeconds(10), ProcessSignal.Quit);
            await _process.DisposeAsync();
        }
        _directory.Dispose();
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return server;
    }

    private async Task InitializeAsync()
    {
        string[] arguments = ["-D", _directory["data"], "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        var (exitCode, output) = await ChildProcess.RunAsync(Path.Combine(_bin, "initdb"), arguments,
            TimeSpan.FromSeconds(60), workingDirectory: _directory.Path, asUser: _user);
        if (exitCode != 0) throw new InvalidOperationException($"initdb ended with {exitCode}:\n{output}");
    }

    private ChildProcess Launch()
    {
        // Without fsync a commit is fast and still survives a killed server, not a power cut. synchronous_commit stays on:
        // without it a killed server would forget what it acknowledged.
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["unix_socket_directories"] = "",
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["max_connections"] = "200",
            ["shared_buffers"] = "128MB",
            ["timezone"] = "UTC"
        };
        foreach (var (name, value) in _settings) settings[name] = value;
        return ChildProcess.Start(Path.Combine(_bin, "postgres"),
            ["-D", _directory["data"], "-p", $"{Port}", .. settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })],
            workingDirectory: _directory.Path, asUser: _user, deathSignal: ProcessSignal.Quit, output: Output);
    }
}
