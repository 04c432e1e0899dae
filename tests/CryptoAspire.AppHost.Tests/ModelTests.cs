using CryptoAspire.Testing;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Schema;

namespace CryptoAspire.AppHost.Tests;

/// <summary>The described system: what it is made of, and what is deployed.</summary>
public class ModelTests
{
    [Fact]
    public async Task System_is_described_in_the_order_of_its_data()
    {
        await using var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.CryptoAspire_AppHost>();
        Assert.Equal(
            ["postgres-password", "api-key", "kafka", "postgres", "crypto", "marketsimulator", "producer", "streamprocessor", "aggregationscheduler", "api", "dashboard"],
            appHost.Resources.Where(r => r is not ExecutableResource).Select(r => r.Name)); // Aspire itself adds some, to rebuild projects
        Assert.All(appHost.Resources.OfType<ProjectResource>(), r => Assert.NotEmpty(r.Annotations.OfType<HealthCheckAnnotation>()));
        Assert.All(appHost.Resources.OfType<ProjectResource>(), r => Assert.Equal(r.Name is "api" or "dashboard", r.Annotations.OfType<EndpointAnnotation>().Single().IsExternal));
    }

    [Fact]
    public async Task Live_feeds_leave_the_simulator_to_be_started_by_hand_and_replicas_come_from_the_settings()
    {
        await using var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.CryptoAspire_AppHost>(["--Feeds:Mode=live", "--StreamProcessor:Replicas=3"]);
        IResource Find(string name) => appHost.Resources.Single(r => r.Name == name);
        Assert.Single(Find("marketsimulator").Annotations.OfType<ExplicitStartupAnnotation>());
        Assert.DoesNotContain(Find("producer").Annotations.OfType<WaitAnnotation>(), w => w.Resource.Name == "marketsimulator");
        Assert.Equal(3, Find("streamprocessor").Annotations.OfType<ReplicaAnnotation>().Single().Replicas);
    }

    [SharedDataFact("aspire/aspire-8.0.json")]
    public async Task Manifest_is_valid_by_the_schema_and_holds_no_secret_and_no_port_of_this_machine()
    {
        using var folder = new TemporaryDirectory("manifest");
        var path = folder["aspire-manifest.json"];
        await using var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.CryptoAspire_AppHost>(["--publisher", "manifest", "--output-path", path, "--Ports:Api=8001"]);
        await using var app = await appHost.BuildAsync();
        await app.RunAsync();

        var manifest = JObject.Parse(await File.ReadAllTextAsync(path));
        var schema = JSchema.Parse(await File.ReadAllTextAsync(SharedData.File("aspire/aspire-8.0.json")));
        Assert.True(manifest.IsValid(schema, out IList<string> mistakes), string.Join('\n', mistakes));
        Assert.DoesNotContain(manifest.Descendants().OfType<JProperty>(), p => p.Name == "port");
        Assert.Equal("{postgres-password.value}", (string?)manifest.SelectToken("resources.api.env.CRYPTO_PASSWORD"));
    }
}
