using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>The real executable: what it says and how it ends.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private static readonly string s_executable = Path.Combine(AppContext.BaseDirectory, "CryptoAspire.LocalKafka.dll");

    private readonly TemporaryDirectory _directory = new("kafka-exit");

    [Fact]
    public async Task A_port_in_use_is_told_with_its_owner()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var line = await FailAsync(ExitCode.PortInUse, "--port", $"{port}", "--data", _directory["d"]);
        Assert.Contains($"Port {port} is in use by process {Environment.ProcessId} (", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["d"])); // nothing was touched
    }

    [Fact]
    public async Task The_http_port_in_use_is_told_by_its_own_option_and_a_broker_by_its_program()
    {
        await using var first = await LocalKafkaProcess.StartAsync();
        var line = await FailAsync(ExitCode.PortInUse, "--port", "0", "--http-port", $"{first.Port}", "--data", _directory["d"]);
        Assert.Equal($"Port {first.Port} is in use by process {first.ProcessId} (CryptoAspire.LocalKafka.dll): stop it or choose another --http-port.", line);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_told()
    {
        var line = await FailAsync(ExitCode.Usage, "--bind", "192.0.2.1", "--data", _directory["d"]);
        Assert.StartsWith("Cannot listen on 192.0.2.1:9092: ", line, StringComparison.Ordinal);
        Assert.Contains("choose another --bind", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_of_a_live_broker_is_told_with_its_process()
    {
        await using var first = await LocalKafkaProcess.StartAsync(dataDirectory: _directory.Path);
        var line = await FailAsync(ExitCode.DataLocked, "--port", "0", "--data", _directory.Path);
        Assert.Contains($"process {first.ProcessId}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_an_unknown_version_is_left_alone()
    {
        await File.WriteAllTextAsync(_directory["meta.properties"], "version=99\n");
        var line = await FailAsync(ExitCode.UnknownDataVersion, "--port", "0", "--data", _directory.Path);
        Assert.Contains("99", line, StringComparison.Ordinal);
        Assert.Equal("version=99\n", await File.ReadAllTextAsync(_directory["meta.properties"]));
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        // A mount name space of its own with a tiny file system; where that is not allowed, the same through the file-system seam.
        var script = $"mount -t tmpfs -o size=16k tmpfs {_directory.Path} && head -c 12288 /dev/zero > {_directory.Path}/fill || exit 77; exec dotnet {s_executable} --port 0 --data {_directory.Path}/d";
        await using var process = ChildProcess.Start("unshare", ["-m", "sh", "-c", script]);
        await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        if (process.ExitCode is 77 or 1)
        {
            var failure = await Assert.ThrowsAsync<BrokerStartException>(() => BrokerHost.StartAsync(new BrokerOptions { Port = 0, Data = "/dev/full/d" }));
            Assert.Equal(ExitCode.DataUnusable, failure.Code);
            return;
        }
        Assert.Equal((int)ExitCode.DiskFull, process.ExitCode);
        Assert.Contains("No space left", Assert.Single(process.Output.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_told()
    {
        await File.WriteAllTextAsync(_directory["file"], "");
        await FailAsync(ExitCode.DataUnusable, "--port", "0", "--data", _directory["file/d"]);
    }

    [Theory]
    [InlineData("--port", "70000", "0 to 65535")]
    [InlineData("--flush", "sometimes", "interval, always")]
    [InlineData("--advertise", "no host!", "host")]
    [InlineData("--partitions", "0", "1 to")]
    [InlineData("--auto-create", "maybe", "true or false")]
    public async Task A_bad_option_is_told_with_its_value_and_the_remedy(string option, string value, string remedy)
    {
        var line = await FailAsync(ExitCode.Usage, option, value);
        Assert.Contains($"{option} {value}", line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_stops_cleanly_within_5_seconds_with_parked_fetches_and_many_connections()
    {
        await using var broker = await LocalKafkaProcess.StartAsync(["--partitions", "1"], _directory.Path);
        var connections = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var raw = await RawConnection.ConnectAsync(broker.Port);
                connections.Add(raw);
                if (i == 0)
                {
                    await raw.SendAsync(RawConnection.Frame(new MetadataRequest { Topics = [new() { Name = "t" }] }, 4, 1));
                    await raw.ReceiveAsync();
                }
                if (i % 3 == 0)
                    await raw.SendAsync(RawConnection.Frame(new FetchRequest { MaxWaitMs = 60_000, MinBytes = 1, Topics = [new() { Topic = "t", Partitions = [new() { PartitionMaxBytes = 100 }] }] }, 11, 2));
                if (i % 3 == 1)
                    await raw.SendAsync([0, 0, 1]);
            }
            var started = Stopwatch.GetTimestamp();
            Assert.True(await broker.StopAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
            Assert.Equal(0, broker.ExitCode);
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
        await broker.RestartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await broker.Output.WaitForLineAsync(line => line.Contains("clean shutdown, 1 topics", StringComparison.Ordinal), 0, patience.Token);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<string> FailAsync(ExitCode expected, params string[] arguments)
    {
        await using var process = ChildProcess.Start("dotnet", [s_executable, .. arguments]);
        await process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((int)expected, process.ExitCode);
        return Assert.Single(process.Output.Lines); // one line, no stack trace
    }
}
