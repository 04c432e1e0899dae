using CryptoAspire.Testing;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>The service as a process of its own, in a hurry.</summary>
internal static class SchedulerProcess
{
    public static ChildProcess Start(string connectionString, out int port)
    {
        port = FreePort.Next();
        return ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.AggregationScheduler.dll")],
            new Dictionary<string, string?>
            {
                ["ConnectionStrings__crypto"] = connectionString,
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["Jobs__gold-10min__Schedule"] = "every 1s",
                ["Jobs__gold-hourly__Schedule"] = "every 1s",
                ["Jobs__gold-daily__Schedule"] = "every 2s",
                ["Jobs__gold-daily__Cooldown"] = "00:00:00",
                ["Jobs__signals__Schedule"] = "every 2s",
                ["JobRuns__Poll"] = "00:00:00.200",
                ["JobRuns__RetryDelay"] = "00:00:00.500",
            });
    }
}
