using System.Diagnostics;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>Runs a scenario script of a foreign client once against one broker and gives each scenario's line to its own test.</summary>
public abstract class ClientScenarios : IAsyncLifetime
{
    private readonly Dictionary<string, string> _lines = [];
    private string _everything = "";

    protected static string ClientsDirectory { get; } = Path.Combine(AppContext.BaseDirectory, "Scenarios", "Clients");

    protected abstract ProcessStartInfo Command(string bootstrap);

    public async Task InitializeAsync()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        var command = Command(broker.BootstrapServers);
        command.RedirectStandardOutput = command.RedirectStandardError = true;
        using var process = Process.Start(command)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                _everything += line + Environment.NewLine;
                var name = line.Split(' ', 3) is ["ok" or "FAIL", var n, ..] ? n.TrimEnd(':') : null;
                if (name is not null) _lines[name] = line;
            }

            await process.WaitForExitAsync(limit.Token);
            _everything += await errors;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void AssertPassed(string scenario)
    {
        Assert.True(_lines.TryGetValue(scenario, out var line), $"The script never reported {scenario}:\n{_everything}");
        Assert.True(line!.StartsWith("ok ", StringComparison.Ordinal), line);
    }

    /// <summary>The names that the script itself lists, so that a scenario added there is a test here.</summary>
    protected static IEnumerable<object[]> Names(ProcessStartInfo listing)
    {
        listing.RedirectStandardOutput = true;
        using var process = Process.Start(listing)!;
        var names = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return names.Length > 0 ? names.Select(n => new object[] { n }) : throw new InvalidOperationException($"{listing.FileName} listed no scenario.");
    }
}
