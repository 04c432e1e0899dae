using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Tests.Running;

/// <summary>Real processes through their states.</summary>
public class ProcessLifeTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Service_starts_on_a_free_port_becomes_healthy_and_answers()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject<Projects.SampleService>("api").WithHttpHealthCheck("/health").WithEnvironment("OWN", "1");
        await using var app = await StartAsync(builder);

        var change = await HealthyAsync(app, "api");
        using var client = app.CreateHttpClient("api");
        var environment = await System.Net.Http.Json.HttpClientJsonExtensions.GetFromJsonAsync<Dictionary<string, string>>(client, "/environment");
        Assert.NotEqual(5990, client.BaseAddress!.Port);
        Assert.Equal(("1", "api", "yes"), (environment!["OWN"], environment["OTEL_SERVICE_NAME"], environment["FROM_PROFILE"]));
        Assert.Equal($"{change.Snapshot.ProcessId}", await client.GetStringAsync(new Uri("/process", UriKind.Relative)));
        Assert.Equal(client.BaseAddress, app.GetEndpoint("api", "http"));
    }

    [Fact]
    public async Task Crashed_service_is_shown_as_such_and_started_again()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject<Projects.SampleService>("api").WithHttpHealthCheck("/health");
        await using var app = await StartAsync(builder);
        var first = await HealthyAsync(app, "api");
        var restarting = app.ResourceNotifications.WaitForResourceAsync("api", ProcessRunner.Restarting).WaitAsync(s_patience);

        ChildProcess.Send(first.Snapshot.ProcessId!.Value, ProcessSignal.Kill);
        await restarting;
        var second = await app.ResourceNotifications.WaitForResourceAsync("api", e => e.Snapshot is { Restarts: 1, IsReady: true }).WaitAsync(s_patience);
        Assert.NotEqual(first.Snapshot.ProcessId, second.Snapshot.ProcessId);
        using var client = app.CreateHttpClient("api");
        Assert.Equal($"{second.Snapshot.ProcessId}", await client.GetStringAsync(new Uri("/process", UriKind.Relative)));
    }

    [Fact]
    public async Task Health_follows_the_service()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject<Projects.SampleService>("api").WithHttpHealthCheck("/health");
        await using var app = await StartAsync(builder);
        await HealthyAsync(app, "api");
        using var client = app.CreateHttpClient("api");
        await client.PostAsync(new Uri("/health/false", UriKind.Relative), null);
        var sick = await app.ResourceNotifications.WaitForResourceAsync("api", e => e.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy).WaitAsync(s_patience);
        Assert.Equal("Running", sick.Snapshot.State!.Text);
        Assert.Contains("503", Assert.Single(sick.Snapshot.HealthReports).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_that_ends_well_is_finished_and_stays_so()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("job", "sh", ".", "-c", "exit 0");
        await using var app = await StartAsync(builder);
        var change = await app.ResourceNotifications.WaitForResourceAsync("job", e => e.Snapshot.State?.Text == "Finished").WaitAsync(s_patience);
        Assert.Equal((0, 0), (change.Snapshot.ExitCode, change.Snapshot.Restarts));
    }

    [Fact]
    public async Task Program_that_never_works_is_given_up_with_its_own_words_and_takes_nobody_down()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("broken", "sh", ".", "-c", "echo hello; echo 'fatal: no such coin' >&2; echo bye; exit 3").WithHttpEndpoint().WithHttpHealthCheck();
        builder.AddExecutable("missing", "no-such-program", ".");
        builder.AddExecutable("steady", "sleep", ".", "1000");
        await using var app = await StartAsync(builder);

        var broken = await app.ResourceNotifications.WaitForResourceAsync("broken", e => e.Snapshot.State?.Text == "FailedToStart").WaitAsync(s_patience);
        Assert.Equal(3, broken.Snapshot.ExitCode);
        Assert.Contains("exited with code 3: fatal: no such coin", broken.Snapshot.Reason, StringComparison.Ordinal);
        var missing = await app.ResourceNotifications.WaitForResourceAsync("missing", e => e.Snapshot.State?.Text == "FailedToStart").WaitAsync(s_patience);
        Assert.Equal("the program 'no-such-program' was not found", missing.Snapshot.Reason);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("steady", out var steady) && steady!.Snapshot.State!.Text == "Running");
    }

    [Fact]
    public async Task Replicas_run_side_by_side_on_ports_of_their_own()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddProject<Projects.SampleService>("api").WithHttpHealthCheck("/health").WithReplicas(2);
        await using var app = await StartAsync(builder);
        var one = await RunningAsync("api-1");
        var two = await RunningAsync("api-2");
        Assert.True(one.ProcessId != two.ProcessId && one.Urls[0].Url != two.Urls[0].Url);

        async Task<CustomResourceSnapshot> RunningAsync(string id) =>
            (await app.ResourceNotifications.WaitForResourceAsync("api", e => e.ResourceId == id && e.Snapshot.IsReady).WaitAsync(s_patience)).Snapshot;
    }

    [Fact]
    public async Task Explicit_start_waits_for_the_command_and_commands_stop_and_restart()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("tool", "sleep", ".", "1000").WithExplicitStart();
        await using var app = await StartAsync(builder);
        await app.ResourceNotifications.WaitForResourceAsync("tool", KnownResourceStates.NotStarted).WaitAsync(s_patience);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.StartCommand)).Success);
        var running = await app.ResourceNotifications.WaitForResourceAsync("tool", e => e.Snapshot.State?.Text == "Running").WaitAsync(s_patience);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.RestartCommand)).Success);
        await app.ResourceNotifications.WaitForResourceAsync("tool", e => e.Snapshot.State?.Text == "Running" && e.Snapshot.ProcessId != running.Snapshot.ProcessId).WaitAsync(s_patience);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("tool", KnownResourceCommands.StopCommand)).Success);
        Assert.True(app.ResourceNotifications.TryGetCurrentState("tool", out var stopped) && stopped!.Snapshot.State!.Text == "Finished");

        var unknown = await app.ResourceCommands.ExecuteCommandAsync("toool", KnownResourceCommands.StartCommand);
        Assert.Equal((false, "There is no resource 'toool'; there are tool."), (unknown.Success, unknown.Message));
    }

    internal static async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder)
    {
        var app = await builder.BuildAsync();
        await app.StartAsync();
        return app;
    }

    internal static Task<ResourceEvent> HealthyAsync(DistributedApplication app, string name) => app.ResourceNotifications.WaitForResourceHealthyAsync(name).WaitAsync(s_patience);
}
