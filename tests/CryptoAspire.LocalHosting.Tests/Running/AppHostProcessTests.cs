using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.LocalHosting.Tests.Running;

/// <summary>A whole AppHost as a process: what a user sees, and what is left when it ends this way or that.</summary>
public sealed class AppHostProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private readonly TemporaryDirectory _data = new("apphost");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Screen_shows_each_resource_the_dashboards_address_and_that_it_has_started()
    {
        var port = FreePort.Next();
        await using var appHost = Start($"--Ports:Dashboard={port}");
        await StartedAsync(appHost);
        var lines = appHost.Output.Lines;
        Assert.Contains($"Login to the dashboard at http://localhost:{port}", lines);
        Assert.Contains(lines, l => l.StartsWith("dashboard", StringComparison.Ordinal) && l.EndsWith($"[Running, Healthy, http://localhost:{port}]", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains(_data["logs"], StringComparison.Ordinal));
        Assert.Contains("Now listening on", await File.ReadAllTextAsync(_data["logs/dashboard.log"]), StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains('\x1b'));
        Assert.Equal("Distributed application started. Press Ctrl+C to shut down.", lines.Single(l => l.StartsWith("Distributed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ProcessSignal.Interrupt)]
    [InlineData(ProcessSignal.Terminate)]
    public async Task Stop_signal_ends_everything_in_the_reverse_order_within_ten_seconds(ProcessSignal signal)
    {
        await using var appHost = Start("--Sample:Stubborn=true", $"--Sample:Ends={_data["ends"]}");
        await StartedAsync(appHost);
        var processes = Children();
        Assert.Equal(4, processes.Count);

        var start = Stopwatch.GetTimestamp();
        appHost.Send(signal);
        Assert.True(await appHost.WaitForExitAsync(s_patience));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.Equal(0, appHost.ExitCode);
        Assert.Equal(["second", "first"], await File.ReadAllLinesAsync(_data["ends"]));
        Assert.All(processes, p => Assert.False(IsAlive(p), $"process {p} is left"));
    }

    [Fact]
    public async Task Kill_of_the_AppHost_leaves_nothing_and_the_next_start_works()
    {
        await using (var appHost = Start("--Sample:Postgres=true"))
        {
            await StartedAsync(appHost);
            var processes = Children();
            Assert.Equal(4, processes.Count);
            appHost.Send(ProcessSignal.Kill);
            await Eventually.True(() => !processes.Any(IsAlive), TimeSpan.FromSeconds(30));
        }

        await using (var appHost = Start("--Sample:Postgres=true"))
        {
            await StartedAsync(appHost);
            Assert.Contains(appHost.Output.Lines, l => l.StartsWith("crypto", StringComparison.Ordinal) && l.Contains("Healthy", StringComparison.Ordinal));
            appHost.Send(ProcessSignal.Interrupt);
            Assert.True(await appHost.WaitForExitAsync(s_patience));
        }
    }

    [Fact]
    public async Task Next_start_ends_what_an_earlier_one_left_but_never_a_stranger_with_the_same_id()
    {
        await using var left = ChildProcess.Start("setsid", ["sleep", "1000"]);
        await using var stranger = ChildProcess.Start("sleep", ["1000"]);
        Directory.CreateDirectory(_data["run"]);
        await WriteLedgerAsync("left", left.Id, StartTime(left.Id));
        await WriteLedgerAsync("stranger", stranger.Id, StartTime(stranger.Id) + 1);

        await using var appHost = Start();
        await StartedAsync(appHost);
        Assert.True(left.HasExited);
        Assert.False(stranger.HasExited);
        Assert.Contains(appHost.Output.Lines, l => l.EndsWith($"Ended what an earlier run had left behind: left (pid {left.Id}).", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_AppHost_on_the_same_data_directory_is_refused_in_one_line()
    {
        await using var first = Start();
        await StartedAsync(first);
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", Arguments([]), s_patience);
        Assert.Equal((1, $"The data directory {_data.Path} is in use by another AppHost (pid {first.Id}). Stop it or set another one with --DataDirectory=<folder>."), (exitCode, output));
    }

    [Fact]
    public async Task Busy_port_that_the_user_set_is_one_line_and_nothing_starts()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", Arguments([$"--Ports:Dashboard={port}"]), s_patience);
        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Ports:Dashboard is {port}, which is in use by ", output, StringComparison.Ordinal);
        Assert.EndsWith($"(pid {Environment.ProcessId}): stop it or set another port.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_resource_that_cannot_start_is_shown_and_the_rest_runs()
    {
        await using var appHost = Start("--Sample:Postgres=true", $"--Postgres:BinDirectory={_data.Path}");
        await StartedAsync(appHost);
        Assert.Contains($"postgres could not be started: PostgreSQL 14 or newer was not found in {_data.Path}. Remedy: sudo apt-get install -y postgresql", appHost.Output.Lines);
        Assert.Contains(appHost.Output.Lines, l => l.StartsWith("dashboard", StringComparison.Ordinal) && l.Contains("Healthy", StringComparison.Ordinal));
        appHost.Send(ProcessSignal.Interrupt);
        Assert.True(await appHost.WaitForExitAsync(s_patience));
        Assert.Equal(1, appHost.ExitCode);
    }

    private ChildProcess Start(params string[] args) => ChildProcess.Start("dotnet", Arguments(args), new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = "Development" });

    private string[] Arguments(string[] args) =>
        [typeof(Projects.SampleAppHost).Assembly.Location, $"--DataDirectory={_data.Path}", "--DcpPublisher:RandomizePorts=true", .. args];

    private static async Task StartedAsync(ChildProcess appHost)
    {
        try
        {
            await appHost.Output.WaitForLineAsync(l => l.StartsWith("Distributed application started.", StringComparison.Ordinal), 0, default).WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(appHost.Output.Tail());
        }
    }

    private List<int> Children() => [.. Directory.EnumerateFiles(_data["run"], "*.json").Select(f =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllText(f)).RootElement.GetProperty("ProcessId").GetInt32())];

    private Task WriteLedgerAsync(string name, int processId, long startTime) => File.WriteAllTextAsync(
        _data[$"run/{name}.json"], $$"""{"ProcessId":{{processId}},"StartTime":{{startTime}},"StopSignal":15}""");

    private static long StartTime(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false; // it may go between the opening and the reading of the file
        }
    }
}
