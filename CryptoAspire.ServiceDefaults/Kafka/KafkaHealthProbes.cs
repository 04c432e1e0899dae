using System.Collections.Concurrent;
using Confluent.Kafka;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>One small producer for each set of brokers, made when its health is first asked for and kept.</summary>
internal sealed class KafkaHealthProbes : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IProducer<string, string>>> _producers = new();

    public IProducer<string, string> For(ClientConfig client) => _producers.GetOrAdd(client.BootstrapServers ?? "", _ => new(() =>
    {
        KafkaNativeLibrary.Initialize();
        // Only what it takes to reach and enter the brokers: security settings and addresses, not the client's batching.
        var config = new ProducerConfig(client.Where(IsConnection).ToDictionary(pair => pair.Key, pair => pair.Value))
        {
            MessageTimeoutMs = 1000,
            SocketTimeoutMs = 1000,
            MessageSendMaxRetries = 0
        };
        return new ProducerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    })).Value;

    public void Dispose()
    {
        foreach (var producer in _producers.Values)
            if (producer.IsValueCreated) producer.Value.Dispose();
    }

    private static bool IsConnection(KeyValuePair<string, string> setting) =>
        setting.Key is "bootstrap.servers" or "security.protocol" or "broker.address.family" or "test.mock.num.brokers"
        || setting.Key.StartsWith("sasl.", StringComparison.Ordinal) || setting.Key.StartsWith("ssl.", StringComparison.Ordinal);
}
