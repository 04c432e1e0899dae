using System.Net;
using System.Net.Sockets;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

/// <summary>What a mistake in the settings gives at the real AppHost: one line, a non-zero exit, nothing started.</summary>
public class MistakeTests
{
    [Fact]
    public Task Unknown_mode() => GivesAsync("Feeds:Mode is 'yesterday', which is not known: use one of auto, live, simulated, replay.", "--Feeds:Mode=yesterday");

    [Fact]
    public Task Missing_replay_file() => GivesAsync("Replay:Path names /nowhere/market.gz, which does not exist.", "--Feeds:Mode=replay", "--Replay:Path=/nowhere/market.gz");

    [Fact]
    public async Task File_that_is_not_a_capture()
    {
        using var folder = new TemporaryDirectory("capture");
        await File.WriteAllTextAsync(folder["notes.txt"], "Dear diary\n");
        await GivesAsync(
            $"Replay:Path names {folder["notes.txt"]}, which is not a capture: its lines must be '<receive time in ns> <JSON message>', gzip or plain.",
            "--Feeds:Mode=replay", $"--Replay:Path={folder["notes.txt"]}");
    }

    [Theory]
    [InlineData("Dashboard")]
    [InlineData("Kafka")]
    public async Task Busy_port_that_the_user_set(string name)
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var line = await OnlyLineAsync("--Feeds:Mode=simulated", $"--Ports:{name}={port}");
        Assert.StartsWith($"Ports:{name} is {port}, which is in use by ", line, StringComparison.Ordinal);
        Assert.EndsWith($"(pid {Environment.ProcessId}): stop it or set another port.", line, StringComparison.Ordinal);
    }

    private static async Task GivesAsync(string line, params string[] arguments) => Assert.Equal(line, await OnlyLineAsync(arguments));

    private static async Task<string> OnlyLineAsync(params string[] arguments)
    {
        await using var appHost = new AppHostProcess(arguments);
        Assert.True(await appHost.WaitForExitAsync(TimeSpan.FromSeconds(60)), appHost.Output.Tail());
        Assert.Equal(1, appHost.ExitCode);
        Assert.Empty(appHost.LeftOf(new Dictionary<int, string>()));
        return Assert.Single(appHost.Output.Lines);
    }
}
