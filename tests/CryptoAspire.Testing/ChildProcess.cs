using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CryptoAspire.Testing;

/// <summary>
/// A program under test, started without a shell. It is killed by the kernel when the test process dies, however that
/// dies, so that no server is left behind.
/// </summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    // The kernel's parent-death signal fires when the parent *thread* exits, and pool threads come and go:
    // every child is therefore forked by this one thread, which lives as long as the test process.
    private static readonly BlockingCollection<Action> Forks = [];

    static ChildProcess() => new Thread(static () =>
    {
        foreach (var fork in Forks.GetConsumingEnumerable()) fork();
    }) { IsBackground = true, Name = "child process forks" }.Start();

    private readonly Process _process;

    private ChildProcess(Process process, ProcessOutput output) => (_process, Output) = (process, output);

    /// <summary>Operating-system process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code once it has ended (128 + signal when killed).</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote.</summary>
    public ProcessOutput Output { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Path, or a name on PATH.</param>
    /// <param name="arguments">Arguments, each passed as it is.</param>
    /// <param name="environment">Variables to set (null value: to remove) on top of the test's own.</param>
    /// <param name="workingDirectory">Null: the test's own.</param>
    /// <param name="asUser">A user to run as when the tests run as root (null: the same user).</param>
    /// <param name="deathSignal">What the child gets when the test process dies.</param>
    /// <param name="output">Where its lines go; null: a new one.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null,
        string? asUser = null, ProcessSignal deathSignal = ProcessSignal.Kill, ProcessOutput? output = null)
    {
        var info = new ProcessStartInfo
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? ""
        };
        if (OperatingSystem.IsLinux())
        {
            info.FileName = "setpriv";
            info.ArgumentList.Add($"--pdeathsig={NameOf(deathSignal)}");
            if (asUser is not null && Environment.IsPrivilegedProcess)
                foreach (string argument in new[] { $"--reuid={asUser}", $"--regid={GroupOf(asUser)}", "--init-groups" }) info.ArgumentList.Add(argument);
            info.ArgumentList.Add("--");
            // A shell's background job ignores Ctrl+C and would pass that on to us and to the child.
            info.ArgumentList.Add("env");
            info.ArgumentList.Add("--default-signal=INT");
            info.ArgumentList.Add(program);
        }
        else
        {
            info.FileName = program;
        }
        foreach (string argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) info.Environment[name] = value;

        var lines = output ?? new ProcessOutput();
        var process = new Process { StartInfo = info, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, e) => { if (e.Data is not null) lines.Add(e.Data); };
        process.ErrorDataReceived += (_, e) => { if (e.Data is not null) lines.Add(e.Data); };
        OnForkThread(process.Start);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, lines);
    }

    /// <summary>Runs a program to its end and returns its exit code and output.</summary>
    /// <exception cref="TimeoutException">It took too long and was killed; the message holds its last lines.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, TimeSpan timeout,
        IReadOnlyDictionary<string, string?>? environment = null, string? workingDirectory = null, string? asUser = null)
    {
        await using var child = Start(program, arguments, environment, workingDirectory, asUser);
        if (!await child.WaitForExitAsync(timeout))
            throw new TimeoutException($"{program} was still running after {timeout.TotalSeconds:0} s:\n{child.Output.Tail()}");
        return (child.ExitCode, string.Join('\n', child.Output.Lines));
    }

    /// <summary>Sends a signal. Nothing happens when the process has ended.</summary>
    public void Send(ProcessSignal signal)
    {
        if (!_process.HasExited) Send(_process.Id, signal);
    }

    /// <summary>Sends a signal to any process, for example a grandchild.</summary>
    public static void Send(int processId, ProcessSignal signal)
    {
        const int noSuchProcess = 3;
        if (kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() is var error and not noSuchProcess)
            throw new Win32Exception(error, $"kill({processId}, {signal}): {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Waits for the end of the process and of its output; false when the time is up.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return _process.HasExited;
        }
    }

    /// <summary>SIGKILL, and waits until the kernel has taken the process away.</summary>
    public async Task KillAsync()
    {
        Send(ProcessSignal.Kill);
        await WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>SIGTERM; after the time-out SIGKILL.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan? timeout = null, ProcessSignal signal = ProcessSignal.Terminate)
    {
        Send(signal);
        if (await WaitForExitAsync(timeout ?? TimeSpan.FromSeconds(10))) return true;
        await KillAsync();
        return false;
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private static void OnForkThread(Func<bool> start)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Forks.Add(() =>
        {
            try
            {
                start();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }

    private static string NameOf(ProcessSignal signal) => signal switch
    {
        ProcessSignal.Interrupt => "INT",
        ProcessSignal.Terminate => "TERM",
        ProcessSignal.Continue => "CONT",
        _ => signal.ToString().ToUpperInvariant()
    };

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[3];

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
