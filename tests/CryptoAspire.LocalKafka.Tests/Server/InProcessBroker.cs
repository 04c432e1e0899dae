using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>A broker in the test's own process, on a free port and a directory of its own.</summary>
public sealed class InProcessBroker : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("kafka-host");

    public BrokerHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await BrokerHost.StartAsync(new BrokerOptions
    {
        Port = 0, HttpPort = 0, Data = _directory["data"], Partitions = 1,
    });

    public async Task DisposeAsync()
    {
        await Host.StopAsync();
        _directory.Dispose();
    }
}
