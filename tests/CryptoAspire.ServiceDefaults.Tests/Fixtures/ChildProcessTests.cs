using System.Globalization;
using CryptoAspire.Testing;

namespace CryptoAspire.ServiceDefaults.Tests.Fixtures;

/// <summary>The shared fixtures themselves: what other test projects rely on.</summary>
public sealed class ChildProcessTests
{
    [Fact]
    public async Task Child_dies_with_a_killed_parent()
    {
        // A shell stands for the test process: it starts a sleeper as the fixture does and is then killed.
        await using var parent = ChildProcess.Start("sh", ["-c", "setpriv --pdeathsig=KILL -- sleep 600 & echo $!; wait"]);
        string line = await parent.Output.WaitForLineAsync(_ => true, 0, new CancellationTokenSource(10_000).Token);
        int sleeper = int.Parse(line, CultureInfo.InvariantCulture);
        await Eventually.True(() => IsAlive(sleeper, "sleep"));

        await parent.KillAsync();

        await Eventually.True(() => !IsAlive(sleeper, "sleep"), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Child_outlives_the_pool_thread_that_started_it()
    {
        ChildProcess? child = null;
        var thread = new Thread(() => child = ChildProcess.Start("sleep", ["600"]));
        thread.Start();
        thread.Join();
        await using var started = child!;

        await Task.Delay(300);

        Assert.False(started.HasExited);
    }

    [Fact]
    public async Task Stopped_child_keeps_living_and_continues()
    {
        await using var child = ChildProcess.Start("sh", ["-c", "while :; do echo tick; sleep 0.02; done"]);
        await child.Output.WaitForLineAsync(_ => true, 0, new CancellationTokenSource(10_000).Token);

        child.Send(ProcessSignal.Stop);
        await Task.Delay(100);
        int frozenAt = child.Output.Lines.Count;
        await Task.Delay(300);
        Assert.False(child.HasExited);
        Assert.Equal(frozenAt, child.Output.Lines.Count);

        child.Send(ProcessSignal.Continue);
        await Eventually.True(() => child.Output.Lines.Count > frozenAt + 3);
        Assert.True(await child.StopAsync());
        Assert.Equal(128 + 15, child.ExitCode);
    }

    private static bool IsAlive(int pid, string command)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat.Contains($"({command})", StringComparison.Ordinal) && !stat.Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
