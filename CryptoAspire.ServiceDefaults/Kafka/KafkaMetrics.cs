using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// Metrics of all clients of this process from librdkafka's statistics, on the meter <c>Aspire.Confluent.Kafka</c> under the
/// names of that package, and the lag of each consumed partition.
/// </summary>
internal sealed class KafkaMetrics
{
    public const string MeterName = "Aspire.Confluent.Kafka";

    private readonly ConcurrentDictionary<string, KafkaStatistics> _clients = new();

    public KafkaMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        Gauge(meter, "messaging.kafka.consumer.queue.message_count", "{message}", "Operations waiting for the application.", client => client.ReplyQueue);
        Gauge(meter, "messaging.kafka.producer.queue.message_count", "{message}", "Messages in the producer's queue.", client => client.QueuedMessages);
        Gauge(meter, "messaging.kafka.producer.queue.size", "By", "Bytes in the producer's queue.", client => client.QueuedBytes);
        Counter(meter, "messaging.kafka.network.tx", "{request}", "Requests sent.", client => client.Requests);
        Counter(meter, "messaging.kafka.network.transmitted", "By", "Bytes sent.", client => client.RequestBytes);
        Counter(meter, "messaging.kafka.network.rx", "{response}", "Responses received.", client => client.Responses);
        Counter(meter, "messaging.kafka.network.received", "By", "Bytes received.", client => client.ResponseBytes);
        Counter(meter, "messaging.publish.messages", "{message}", "Messages published.", client => client.PublishedMessages);
        Counter(meter, "messaging.kafka.message.transmitted", "By", "Bytes of published messages.", client => client.PublishedBytes);
        Counter(meter, "messaging.receive.messages", "{message}", "Messages received.", client => client.ReceivedMessages);
        Counter(meter, "messaging.kafka.message.received", "By", "Bytes of received messages.", client => client.ReceivedBytes);
        meter.CreateObservableGauge("messaging.kafka.consumer.lag", Lags, "{message}", "Messages between a consumer's position and the end of its partition.");
    }

    /// <summary>Takes one statistics document; called on the client's own thread.</summary>
    public void Update(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, KafkaStatisticsContext.Default.KafkaStatistics) is { } statistics) _clients[statistics.Name] = statistics;
        }
        catch (JsonException)
        {
            // A library newer than this code may change the document; the client's thread must go on.
        }
    }

    private void Gauge(Meter meter, string name, string unit, string description, Func<KafkaStatistics, long> read) =>
        meter.CreateObservableGauge(name, () => Measure(read), unit, description);

    private void Counter(Meter meter, string name, string unit, string description, Func<KafkaStatistics, long> read) =>
        meter.CreateObservableCounter(name, () => Measure(read), unit, description);

    private IEnumerable<Measurement<long>> Measure(Func<KafkaStatistics, long> read) =>
        _clients.Values.Select(client => new Measurement<long>(read(client), Tags(client)));

    private IEnumerable<Measurement<long>> Lags() =>
        from client in _clients.Values
        from topic in client.Topics
        from partition in topic.Value.Partitions
        where partition.Value.ConsumerLag >= 0
        select new Measurement<long>(partition.Value.ConsumerLag,
            [.. Tags(client), new("messaging.destination.name", topic.Key), new("messaging.destination.partition.id", partition.Key)]);

    private static KeyValuePair<string, object?>[] Tags(KafkaStatistics client) =>
        [new("messaging.client.id", client.ClientId), new("name", client.Name), new("type", client.Type)];
}
