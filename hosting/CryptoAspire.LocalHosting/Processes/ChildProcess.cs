using System.Diagnostics;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>A started process: its output lines, its end, and how to end it.</summary>
internal sealed class ChildProcess
{
    private readonly Process _process;
    private readonly ProcessSpec _spec;

    public ChildProcess(Process process, ProcessSpec spec, Action<string> onLine)
    {
        _process = process;
        _spec = spec;
        process.StandardInput.Close();
        Id = process.Id;
        Identity = ProcessIdentity.Of(process.Id);
        Exited = WaitAsync(ReadAsync(process.StandardOutput, onLine), ReadAsync(process.StandardError, onLine));
    }

    public int Id { get; }

    /// <summary>The process; null when it had ended before it could be looked at.</summary>
    public ProcessIdentity? Identity { get; }

    /// <summary>Ends with the exit code; 128 + n for a process that signal n killed.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks it to end, and kills it when it has not after <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience, TimeProvider time)
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        Signals.Send(Id, _spec.StopSignal);
        try
        {
            await Exited.WaitAsync(patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited.ConfigureAwait(false);
        }
    }

    /// <summary>Kills it and what it has started.</summary>
    public void Kill()
    {
        if (!ProcessLauncher.HasGroups || !Signals.SendToGroup(Id, Signals.Kill))
        {
            Signals.Send(Id, Signals.Kill);
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> onLine)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                onLine(line);
            }
        }
        catch (IOException)
        {
            // The pipe broke with the process.
        }
    }

    private async Task<int> WaitAsync(Task output, Task errors)
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        if (ProcessLauncher.HasGroups)
        {
            // What it had started and left behind would hold its ports.
            Signals.SendToGroup(Id, Signals.Kill);
        }

        // A grandchild in a session of its own may hold the pipes open: do not wait for ever.
        await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromMilliseconds(500))).ConfigureAwait(false);
        return _process.ExitCode;
    }
}
