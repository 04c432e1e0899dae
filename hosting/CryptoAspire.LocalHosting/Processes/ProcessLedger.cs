using System.Text.Json;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>
/// One small file a running process, so that the next start can end what an AppHost that was killed has left behind.
/// </summary>
internal sealed class ProcessLedger(string folder, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public void Add(string id, ProcessIdentity identity, int stopSignal)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(FileOf(id), JsonSerializer.Serialize(new Entry(identity.ProcessId, identity.StartTime, stopSignal)));
    }

    public void Remove(string id)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(FileOf(id));
        }
    }

    /// <summary>Ends every process of an earlier run that is still there, and says which.</summary>
    public async Task<IReadOnlyList<string>> CleanUpAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var ended = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").ToList())
        {
            if (Read(file) is { } entry && new ProcessIdentity(entry.ProcessId, entry.StartTime) is { IsAlive: true } process)
            {
                Signals.Send(process.ProcessId, entry.StopSignal);
                if (!await process.WaitForExitAsync(s_patience, time, cancellationToken).ConfigureAwait(false))
                {
                    Signals.SendToGroup(process.ProcessId, Signals.Kill);
                    await process.WaitForExitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
                }

                ended.Add($"{Path.GetFileNameWithoutExtension(file)} (pid {process.ProcessId})");
            }

            File.Delete(file);
        }

        return ended;
    }

    private static Entry? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(File.ReadAllText(file));
        }
        catch (JsonException)
        {
            return null; // torn by the crash that it is about
        }
    }

    private string FileOf(string id) => Path.Combine(folder, $"{id}.json");

    private sealed record Entry(int ProcessId, long StartTime, int StopSignal);
}
