using System.Net;
using System.Net.Sockets;
using CryptoAspire.LocalHosting.Ports;

namespace CryptoAspire.LocalHosting.Tests.Ports;

public class PortAllocatorTests
{
    [Fact]
    public void Busy_usual_port_moves_and_says_who_has_it()
    {
        using var holder = Listen(out var port);
        var builder = Builder();
        var kafka = builder.AddKafka("kafka", port);
        var ports = new PortAllocator(builder.Configuration);
        ports.Allocate(builder.Resources);
        Assert.NotEqual(port, kafka.Resource.PrimaryEndpoint.Port);
        Assert.StartsWith($"port {port} is in use by ", ports.Notes["kafka"], StringComparison.Ordinal);
        Assert.Contains($"(pid {Environment.ProcessId}), moved to {kafka.Resource.PrimaryEndpoint.Port}", ports.Notes["kafka"], StringComparison.Ordinal);
    }

    [Fact]
    public void Busy_port_that_the_user_set_is_an_error_that_names_the_holder()
    {
        using var holder = Listen(out var port);
        var builder = Builder($"--Ports:Kafka={port}");
        builder.AddKafka("kafka", port);
        var error = Assert.Throws<DistributedApplicationException>(() => new PortAllocator(builder.Configuration).Allocate(builder.Resources));
        Assert.Contains($"Ports:Kafka is {port}, which is in use by ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"(pid {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_of_an_IPv6_server_is_busy_too()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        Assert.False(PortAllocator.IsFree(((IPEndPoint)listener.LocalEndpoint).Port));
        listener.Stop();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void What_is_no_port_is_refused(string text)
    {
        var builder = Builder($"--Ports:Kafka={text}");
        builder.AddKafka("kafka");
        Assert.Throws<DistributedApplicationException>(() => new PortAllocator(builder.Configuration).Allocate(builder.Resources));
    }

    [Fact]
    public void One_port_set_for_two_resources_is_an_error()
    {
        var port = FreePort.Next();
        var builder = Builder($"--Ports:Kafka={port}", $"--Ports:Postgres={port}");
        builder.AddKafka("kafka");
        builder.AddPostgres("postgres");
        Assert.Throws<DistributedApplicationException>(() => new PortAllocator(builder.Configuration).Allocate(builder.Resources));
    }

    [Fact]
    public void Nobody_gets_a_port_that_another_has()
    {
        var builder = Builder();
        var port = FreePort.Next();
        for (var i = 0; i < 20; i++)
        {
            builder.AddProject<Projects.SampleService>($"service{i}").WithReplicas(2).WithEndpoint("http", e => e.Port = port);
        }

        new PortAllocator(builder.Configuration).Allocate(builder.Resources);
        var ports = builder.Resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>()).SelectMany(e => e.ReplicaPorts).ToList();
        Assert.Equal(40, ports.Distinct().Count());
        Assert.Contains(port, ports);
    }

    private static IDistributedApplicationBuilder Builder(params string[] args) =>
        DistributedApplicationTestingBuilder.Create([.. args, "--DcpPublisher:RandomizePorts=false"]);

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
