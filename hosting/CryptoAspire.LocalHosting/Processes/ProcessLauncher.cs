using System.Diagnostics;
using System.Collections.Concurrent;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>
/// Starts processes so that they neither get the terminal's Ctrl+C (own session: the AppHost stops them in order) nor
/// outlive the AppHost (the kernel signals them when it dies). Both come from util-linux's setsid and setpriv, which
/// also drop privileges; where they are missing the processes are started as they are.
/// </summary>
internal static class ProcessLauncher
{
    private static readonly string? s_setsid = Find("setsid");
    private static readonly string? s_setpriv = Find("setpriv");
    // Of the AppHost's own launch profile: a process that does not set them itself must not take the AppHost's address.
    private static readonly string[] s_hostsOwn = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_LAUNCH_PROFILE"];
    private static readonly BlockingCollection<Action> s_starts = [];

    // The parent-death signal fires when the THREAD that forked ends, so one thread that never ends does all the forks.
    private static readonly Lazy<Thread> s_thread = new(() =>
    {
        var thread = new Thread(() =>
        {
            foreach (var start in s_starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "process launcher" };
        thread.Start();
        return thread;
    });

    /// <summary>Whether processes run in groups of their own.</summary>
    public static bool HasGroups => s_setsid is not null;

    /// <summary>The full path of a program in PATH; null when there is none.</summary>
    public static string? Find(string program) => Path.IsPathRooted(program)
        ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/bin").Append("/bin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Starts the process; <paramref name="onLine"/> gets each line of its output.</summary>
    public static async Task<ChildProcess> StartAsync(ProcessSpec spec, Action<string> onLine)
    {
        return new ChildProcess(await SpawnAsync(spec).ConfigureAwait(false), spec, onLine);
    }

    private static Task<Process> SpawnAsync(ProcessSpec spec)
    {
        _ = s_thread.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(StartInfo(spec)) ?? throw new InvalidOperationException($"{spec.FileName} did not start."));
            }
#pragma warning disable CA1031 // whatever it is belongs to the caller, not to this thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    /// <summary>Runs a short-lived program to its end and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessSpec spec, string? input = null, CancellationToken cancellationToken = default)
    {
        using var process = await SpawnAsync(spec).ConfigureAwait(false);
        await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, (await output.ConfigureAwait(false)) + (await errors.ConfigureAwait(false)));
        }
        catch (OperationCanceledException)
        {
            Signals.SendToGroup(process.Id, Signals.Kill);
            throw;
        }
    }

    private static ProcessStartInfo StartInfo(ProcessSpec spec)
    {
        var info = new ProcessStartInfo
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] command = [.. Session(), .. Privileges(spec), spec.FileName, .. spec.Arguments];
        info.FileName = command[0];
        foreach (var argument in command[1..])
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var own in s_hostsOwn)
        {
            info.Environment.Remove(own);
        }

        foreach (var (name, value) in spec.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static string[] Session() => s_setsid is null ? [] : [s_setsid];

    private static string[] Privileges(ProcessSpec spec)
    {
        if (s_setpriv is null)
        {
            return spec.Account is null
                ? []
                : throw new Running.ResourceStartException("setpriv, which starts it without root's rights, is missing", "sudo apt-get install -y util-linux");
        }

        string[] account = spec.Account is { } a ? [$"--reuid={a.UserId}", $"--regid={a.GroupId}", "--clear-groups"] : [];
        return [s_setpriv, .. account, "--pdeathsig", Signals.NameOf(spec.OrphanSignal), "--"];
    }
}
