using System.Diagnostics;
using Confluent.Kafka;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>Messages a second produced (acks=all) and consumed, by librdkafka's batch API and by Confluent.Kafka, each beside the same client against librdkafka's in-memory mock broker.</summary>
internal sealed class ThroughputBenchmark(Report report, int partitions)
{
    private static readonly Dictionary<string, string> ProducerSettings = new()
    {
        ["acks"] = "all",
        ["linger.ms"] = "20",
        ["batch.num.messages"] = "20000",
        ["batch.size"] = "1000000",
        ["queue.buffering.max.messages"] = "1000000",
        ["queue.buffering.max.kbytes"] = "262144",
    };

    private static readonly Dictionary<string, string> ConsumerSettings = new()
    {
        ["group.id"] = "benchmark",
        ["enable.auto.commit"] = "false",
        ["fetch.max.bytes"] = "16777216",
        ["max.partition.fetch.bytes"] = "4194304",
        ["queued.max.messages.kbytes"] = "262144",
        ["queued.min.messages"] = "1000000",
        ["fetch.wait.max.ms"] = "50",
    };

    public void Run(string bootstrap, string mode, int size, long count, double? goal)
    {
        var section = $"Throughput, flush={mode}";
        var topic = $"throughput-{mode}-{size}";
        EnsureTopic(bootstrap, topic, partitions);
        var what = $"{size} B, {count:N0} messages, {partitions} partitions";
        var mock = MockProduce(size, Math.Min(count, 1_000_000));

        var produced = Rate(count, () => RdKafka.Produce(With(ProducerSettings, bootstrap), topic, partitions, count, size));
        CheckStored(bootstrap, topic, count);
        report.Add(new(section, what, "produced", produced, "msg/s", mock, "client to librdkafka's mock", goal));
        report.Add(new(section, what, "produced", produced * size / 1e6, "MB/s"));

        var consumed = Rate(count, () =>
        {
            var bytes = RdKafka.Consume(With(ConsumerSettings, bootstrap), topic, partitions, count);
            if (bytes != count * size) throw new InvalidOperationException($"{bytes:N0} payload bytes came back, {count * size:N0} were sent.");
        });
        report.Add(new(section, what, "consumed", consumed, "msg/s", Goal: goal));
        report.Add(new(section, what, "consumed", consumed * size / 1e6, "MB/s"));

        var dotnetTopic = topic + "-dotnet";
        EnsureTopic(bootstrap, dotnetTopic, partitions);
        var dotnetCount = Math.Min(count, 2_000_000);
        var dotnetProduced = Rate(dotnetCount, () => ConfluentProduce(bootstrap, dotnetTopic, dotnetCount, size));
        CheckStored(bootstrap, dotnetTopic, dotnetCount);
        report.Add(new(section, $"{size} B by Confluent.Kafka (C#)", "produced", dotnetProduced, "msg/s"));
        var dotnetConsumed = Rate(dotnetCount, () => ConfluentConsume(bootstrap, dotnetTopic, dotnetCount));
        report.Add(new(section, $"{size} B by Confluent.Kafka (C#)", "consumed", dotnetConsumed, "msg/s"));
    }

    public static void EnsureTopic(string bootstrap, string topic, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        admin.CreateTopicsAsync([new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
    }

    public static void DeleteTopic(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
    }

    private double MockProduce(int size, long count)
    {
        var settings = new Dictionary<string, string>(ProducerSettings) { ["test.mock.num.brokers"] = "1" };
        return Rate(count, () => RdKafka.Produce(settings, "mock", 4, count, size));
    }

    private void CheckStored(string bootstrap, string topic, long count)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "check" }).Build();
        var stored = Enumerable.Range(0, partitions).Sum(p =>
        {
            var marks = consumer.QueryWatermarkOffsets(new TopicPartition(topic, p), TimeSpan.FromSeconds(10));
            return marks.High.Value - marks.Low.Value;
        });
        if (stored != count) throw new InvalidOperationException($"{topic} holds {stored:N0} messages, {count:N0} were acknowledged.");
    }

    private static void ConfluentProduce(string bootstrap, string topic, long count, int size)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(With(ProducerSettings, bootstrap)).Build();
        var message = new Message<Null, byte[]> { Value = new byte[size] };
        for (long i = 0; i < count; i++)
        {
            while (true)
            {
                try
                {
                    producer.Produce(topic, message);
                    break;
                }
                catch (ProduceException<Null, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(5));
                }
            }
        }

        if (producer.Flush(TimeSpan.FromSeconds(120)) != 0) throw new TimeoutException("Confluent.Kafka did not flush within 120 s.");
    }

    private void ConfluentConsume(string bootstrap, string topic, long count)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(With(ConsumerSettings, bootstrap)).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, 0)));
        for (long seen = 0; seen < count; seen++)
            if (consumer.Consume(TimeSpan.FromSeconds(30)) is null)
                throw new TimeoutException($"Only {seen:N0} of {count:N0} messages arrived.");
        consumer.Close();
    }

    private static Dictionary<string, string> With(Dictionary<string, string> settings, string bootstrap) => new(settings) { ["bootstrap.servers"] = bootstrap };

    private static double Rate(long count, Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return count / clock.Elapsed.TotalSeconds;
    }
}
