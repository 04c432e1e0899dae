using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>One real broker process for the tests of a class.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    public LocalKafkaProcess Broker { get; private set; } = null!;

    public string Bootstrap => Broker.BootstrapServers;

    public async Task InitializeAsync() => Broker = await LocalKafkaProcess.StartAsync();

    public async Task DisposeAsync() => await Broker.DisposeAsync();

    public static string Fresh(string name) => $"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)];
}
