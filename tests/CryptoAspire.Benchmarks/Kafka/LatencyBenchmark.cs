using System.Buffers.Binary;
using System.Diagnostics;
using Confluent.Kafka;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>
/// Producer call to consumer call, at a fixed rate. Each latency counts from the moment the message was *due*, not from when a
/// late loop got round to it (coordinated omission, G. Tene, "How NOT to measure latency").
/// </summary>
internal sealed class LatencyBenchmark(Report report)
{
    private const int Size = 250;

    public void Run(string bootstrap, string mode, int rate, TimeSpan warmUp, TimeSpan duration, double? goalP99)
    {
        var topic = $"latency-{mode}-{rate}";
        ThroughputBenchmark.EnsureTopic(bootstrap, topic, 1);
        var skip = (long)(rate * warmUp.TotalSeconds);
        var count = skip + (long)(rate * duration.TotalSeconds);
        var latencies = new Latencies((int)(count - skip));
        using var ready = new ManualResetEventSlim();

        var consuming = Task.Factory.StartNew(() => Consume(bootstrap, topic, count, skip, latencies, ready), TaskCreationOptions.LongRunning);
        ready.Wait();
        Produce(bootstrap, topic, rate, count);
        consuming.Wait();

        var (p50, p99, p999, max) = latencies.Milliseconds();
        var what = $"{rate:N0} msg/s of {Size} B, flush={mode}";
        const string section = "End-to-end latency (Confluent.Kafka to Confluent.Kafka)";
        report.Add(new(section, what, "p50", p50, "ms"));
        report.Add(new(section, what, "p99", p99, "ms", Goal: goalP99, GoalIsCeiling: true));
        report.Add(new(section, what, "p99.9", p999, "ms"));
        report.Add(new(section, what, "max", max, "ms"));
    }

    private static void Produce(string bootstrap, string topic, int rate, long count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, Acks = Acks.All, LingerMs = 0.5, EnableDeliveryReports = false, SocketNagleDisable = true }).Build();
        var start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        for (long i = 0; i < count; i++)
        {
            var due = start + i * Stopwatch.Frequency / rate;
            for (var ahead = due - Stopwatch.GetTimestamp(); ahead > 0; ahead = due - Stopwatch.GetTimestamp())
                if (ahead > Stopwatch.Frequency / 2000) Thread.Sleep(1);
                else Thread.Sleep(0);
            var value = new byte[Size];
            BinaryPrimitives.WriteInt64LittleEndian(value, i);
            BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(8), due);
            producer.Produce(topic, new Message<Null, byte[]> { Value = value });
        }

        producer.Flush(TimeSpan.FromSeconds(60));
    }

    private static void Consume(string bootstrap, string topic, long count, long skip, Latencies latencies, ManualResetEventSlim ready)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "latency", EnableAutoCommit = false, FetchMinBytes = 1 }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, 0));
        consumer.Consume(TimeSpan.FromMilliseconds(500));
        ready.Set();
        for (long seen = 0; seen < count; seen++)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"Only {seen:N0} of {count:N0} messages arrived.");
            var now = Stopwatch.GetTimestamp();
            var index = BinaryPrimitives.ReadInt64LittleEndian(result.Message.Value);
            if (index != seen) throw new InvalidOperationException($"Message {index} arrived as number {seen}.");
            if (index >= skip) latencies.Add(now - BinaryPrimitives.ReadInt64LittleEndian(result.Message.Value.AsSpan(8)));
        }

        consumer.Close();
    }
}
