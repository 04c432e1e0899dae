using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting.Tests.Running;

public class WaitTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task WaitFor_waits_for_running_then_healthy_then_ready()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var healthy = false;
        var ready = new TaskCompletionSource();
        builder.Services.AddHealthChecks().AddCheck("gate", () => Volatile.Read(ref healthy) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("closed"));
        var server = builder.AddExecutable("server", "sleep", ".", "1000").WithHealthCheck("gate");
        builder.Eventing.Subscribe<ResourceReadyEvent>(server.Resource, (_, _) => ready.Task);
        builder.AddExecutable("client", "sleep", ".", "1000").WaitFor(server);
        builder.AddExecutable("early", "sleep", ".", "1000").WaitForStart(server);
        await using var app = await ProcessLifeTests.StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceAsync("early", "Running").WaitAsync(s_patience);
        Assert.Equal("Waiting", StateOf(app, "client"));

        Volatile.Write(ref healthy, true);
        await app.ResourceNotifications.WaitForResourceAsync("server", e => e.Snapshot.HealthStatus == HealthStatus.Healthy).WaitAsync(s_patience);
        await Task.Delay(300);
        Assert.Equal("Waiting", StateOf(app, "client"));

        ready.SetResult();
        await app.ResourceNotifications.WaitForResourceAsync("client", "Running").WaitAsync(s_patience);

        var log = await File.ReadAllTextAsync(Path.Combine(app.Services.GetRequiredService<DataDirectory>().Logs, "client.log"));
        string[] lines =
        [
            "Waiting for resource 'server' to enter the 'Running' state.", "Waiting for resource 'server' to become healthy.",
            "Waiting for resource ready to execute for 'server'.", "Finished waiting for resource 'server'.",
        ];
        Assert.Equal(lines, log.Split('\n').Where(l => l.Contains("'server'", StringComparison.Ordinal)).Select(l => l.Replace("[apphost] ", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(7, "Running")]
    [InlineData(0, "FailedToStart")]
    public async Task WaitForCompletion_compares_the_exit_code(int expected, string state)
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var migrator = builder.AddExecutable("migrator", "sh", ".", "-c", "exit 7");
        builder.AddExecutable("api", "sleep", ".", "1000").WaitForCompletion(migrator, expected);
        await using var app = await ProcessLifeTests.StartAsync(builder);
        var change = await app.ResourceNotifications.WaitForResourceAsync("api", e => e.Snapshot.State?.Text is "Running" or "FailedToStart").WaitAsync(s_patience);
        Assert.Equal(state, change.Snapshot.State!.Text);
        if (state == "FailedToStart")
        {
            Assert.Equal("Resource 'migrator' has entered the 'Finished' state with exit code '7', expected '0'", change.Snapshot.Reason);
        }
    }

    [Theory]
    [InlineData(WaitBehavior.StopOnResourceUnavailable, "FailedToStart")]
    [InlineData(WaitBehavior.WaitOnResourceUnavailable, "Waiting")]
    public async Task Failed_dependency_fails_its_dependents_or_keeps_them_waiting(WaitBehavior behavior, string state)
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var missing = builder.AddExecutable("missing", "no-such-program", ".");
        builder.AddExecutable("api", "sleep", ".", "1000").WaitFor(missing, behavior);
        await using var app = await ProcessLifeTests.StartAsync(builder);
        await app.ResourceNotifications.WaitForResourceAsync("missing", "FailedToStart").WaitAsync(s_patience);
        await Task.Delay(300);
        Assert.Equal(state, StateOf(app, "api"));
        if (state == "FailedToStart")
        {
            var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.ResourceNotifications.WaitForResourceHealthyAsync("api"));
            Assert.Contains("Dependency resource 'missing' failed to start", error.Message, StringComparison.Ordinal);
        }
    }

    private static string? StateOf(DistributedApplication app, string name) =>
        app.ResourceNotifications.TryGetCurrentState(name, out var change) ? change!.Snapshot.State?.Text : null;
}
