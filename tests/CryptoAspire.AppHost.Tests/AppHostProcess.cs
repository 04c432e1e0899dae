using System.Globalization;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

/// <summary>The AppHost as <c>./run.sh</c> starts it: a process of its own, on free ports, with a data directory of its own.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new("system");
    private readonly ChildProcess _process;

    public AppHostProcess(params string[] arguments)
    {
        string[] all = [typeof(Projects.CryptoAspire_AppHost).Assembly.Location, $"--DataDirectory={_data.Path}", "--DcpPublisher:RandomizePorts=true", .. arguments];
        _process = ChildProcess.Start("dotnet", all, new Dictionary<string, string?> { ["DOTNET_ENVIRONMENT"] = "Development" });
    }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public ProcessOutput Output => _process.Output;

    public void Send(ProcessSignal signal) => _process.Send(signal);

    public Task<bool> WaitForExitAsync(TimeSpan timeout) => _process.WaitForExitAsync(timeout);

    public async Task StartedAsync(TimeSpan timeout)
    {
        try
        {
            await Output.WaitForLineAsync(l => l.StartsWith("Distributed application started.", StringComparison.Ordinal), 0, default).WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(Output.Tail());
        }
    }

    /// <summary>Processes that descend from the AppHost, by id, with their command lines.</summary>
    public Dictionary<int, string> Descendants()
    {
        var parents = Running().ToDictionary(p => p.Id, p => p.Parent);
        bool Descends(int id) => parents.TryGetValue(id, out var parent) && (parent == Id || Descends(parent));
        return parents.Keys.Where(Descends).ToDictionary(id => id, CommandLine);
    }

    /// <summary>Processes, of whatever parent, that were among those or that work in this data directory.</summary>
    public IReadOnlyList<string> LeftOf(IReadOnlyDictionary<int, string> earlier) =>
        [.. Running().Select(p => (p.Id, Line: CommandLine(p.Id)))
            .Where(p => p.Line.Length > 0 && (p.Line.Contains(_data.Path, StringComparison.Ordinal) || (earlier.TryGetValue(p.Id, out var line) && line == p.Line)))
            .Select(p => $"{p.Id} {p.Line}")];

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(15), ProcessSignal.Interrupt);
        await _process.DisposeAsync();
        _data.Dispose();
    }

    private static IEnumerable<(int Id, int Parent)> Running()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (Read(id, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not ("Z" or "X"), var parent, ..])
                yield return (id, int.Parse(parent, CultureInfo.InvariantCulture));
        }
    }

    private static string CommandLine(int id) => Read(id, "cmdline").Replace('\0', ' ');

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }
}
