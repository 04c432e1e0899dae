namespace CryptoAspire.LocalHosting.Tests.Running;

/// <summary>The test entry points run a real AppHost up to Build and hand it over.</summary>
public class EntryPointTests
{
    [Fact]
    public async Task AppHost_runs_inside_the_test_and_may_be_changed_before_it_is_built()
    {
        await using var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(["--Sample:Ends=/dev/null"]);
        Assert.Equal(["first", "second", "dashboard"], appHost.Resources.Select(r => r.Name));
        Assert.EndsWith("SampleAppHost", appHost.AppHostDirectory, StringComparison.Ordinal);
        appHost.CreateResourceBuilder((ProjectResource)appHost.Resources.Single(r => r.Name == "dashboard")).WithEnvironment("SAMPLE", "changed");

        await using var app = await appHost.BuildAsync();
        await app.StartAsync();
        await ProcessLifeTests.HealthyAsync(app, "dashboard");
        using var client = app.CreateHttpClient("dashboard");
        Assert.Contains("\"SAMPLE\":\"changed\"", await client.GetStringAsync(new Uri("/environment", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppHosts_of_parallel_tests_do_not_see_each_other()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>([$"--Number={i}"])));
        Assert.Equal(["0", "1", "2", "3"], both.Select(b => b.Configuration["Number"]));
        Assert.Equal(4, both.Select(b => b.Configuration["DataDirectory"]).Distinct().Count());
        foreach (var builder in both)
        {
            await builder.DisposeAsync();
        }
    }

    [Fact]
    public async Task AppHost_that_ends_without_building_is_an_error() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(["--Sample:Mistake=no"]));

    [Fact]
    public async Task Clients_are_refused_before_the_start_and_for_unknown_resources()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("tool", "sleep", ".", "1000");
        await using var app = await builder.BuildAsync();
        Assert.Throws<InvalidOperationException>(() => app.CreateHttpClient("tool"));
        await app.StartAsync();
        Assert.Throws<ArgumentException>(() => app.CreateHttpClient("nobody"));
        Assert.Throws<ArgumentException>(() => app.CreateHttpClient("tool"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await app.GetConnectionStringAsync("tool"));
    }

    [Fact]
    public async Task Data_directory_of_a_test_is_gone_afterwards()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("tool", "sleep", ".", "1000");
        var folder = builder.Configuration["DataDirectory"]!;
        await using (var app = await ProcessLifeTests.StartAsync(builder))
        {
            Assert.True(Directory.Exists(folder));
            await app.StopAsync();
        }

        Assert.False(Directory.Exists(folder));
    }
}
