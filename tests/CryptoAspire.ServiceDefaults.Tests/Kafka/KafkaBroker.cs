using CryptoAspire.Testing;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

/// <summary>One real broker for the classes that only read and write; each test has topics and groups of its own.</summary>
public sealed class KafkaBroker : IAsyncLifetime
{
    private LocalKafkaProcess? _process;
    private static int _names;

    public string BootstrapServers => _process!.BootstrapServers;

    /// <summary>A name that no other test uses.</summary>
    public static string NewName(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    public async Task InitializeAsync() => _process = await LocalKafkaProcess.StartAsync();

    public async Task DisposeAsync() => await _process!.DisposeAsync();
}
