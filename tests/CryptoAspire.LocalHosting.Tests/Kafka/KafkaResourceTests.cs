using CryptoAspire.LocalHosting.Kafka;
using CryptoAspire.LocalHosting.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting.Tests.Kafka;

public class KafkaResourceTests
{
    [Fact]
    public async Task Broker_starts_as_a_process_and_answers_metadata()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddKafka("kafka").WithDataVolume();
        await using var app = await Running.ProcessLifeTests.StartAsync(builder);
        var change = await app.ResourceNotifications.WaitForResourceHealthyAsync("kafka").WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal(HealthStatus.Healthy, change.Snapshot.HealthStatus);
        var bootstrap = await app.GetConnectionStringAsync("kafka");
        Assert.Equal(bootstrap, change.Snapshot.Urls.Single().Url);
        Assert.True(Directory.EnumerateFileSystemEntries(app.Services.GetRequiredService<DataDirectory>().In("kafka")).Any());
    }

    [Fact]
    public async Task What_is_not_a_broker_is_not_healthy()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        var kafka = DistributedApplicationTestingBuilder.Create().AddKafka("kafka").Resource;
        var endpoint = kafka.PrimaryEndpoint.EndpointAnnotation;
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        var result = await new KafkaHealthCheck(kafka).CheckHealthAsync(new HealthCheckContext());
        await accepted;
        Assert.Equal((HealthStatus.Unhealthy, "what listens there is not a Kafka broker"), (result.Status, result.Description));
    }

    [Fact]
    public void Missing_native_library_is_one_line_with_the_command()
    {
        using var folder = new TemporaryDirectory();
        var error = Assert.Throws<ResourceStartException>(() => KafkaClientLibrary.Require(folder.Path, () => false));
        Assert.Equal("librdkafka, the Kafka client's native library, is not installed. Remedy: sudo apt-get install -y librdkafka1", error.Message);
        KafkaClientLibrary.Require(folder.Path, () => true);
        File.WriteAllText(folder["librdkafka.so"], "");
        KafkaClientLibrary.Require(folder.Path, () => false);
    }
}
