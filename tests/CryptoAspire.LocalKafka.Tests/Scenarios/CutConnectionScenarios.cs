using System.Collections.Concurrent;
using Confluent.Kafka;
using CryptoAspire.Testing;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>Connections cut in mid-flight: requests and answers are lost, and the clients send again what they do not know of.</summary>
public sealed class CutConnectionScenarios(ITestOutputHelper output)
{
    private const int Records = 15_000;
    private const int Partitions = 3;

    [Theory]
    [InlineData("interval")]
    [InlineData("always")]
    public async Task An_idempotent_producer_whose_connections_are_cut_stores_each_record_once_and_in_order(string flush)
    {
        await using var proxy = new CuttingProxy();
        await using var broker = await LocalKafkaProcess.StartAsync(["--advertise", $"127.0.0.1:{proxy.Port}", "--flush", flush]);
        proxy.ForwardTo(broker.Port);
        var bootstrap = $"127.0.0.1:{proxy.Port}";
        await ConfluentAdmin.CreateTopicAsync(bootstrap, "cuts", Partitions);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var offsets = new ConcurrentDictionary<int, long>();
        var errors = new ConcurrentQueue<string>();
        var config = new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true, LingerMs = 1, BatchNumMessages = 50, MessageTimeoutMs = 60_000, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 100, RetryBackoffMs = 10 };
        using (var producer = new ProducerBuilder<Null, string>(config).SetErrorHandler((_, e) => { if (e.IsFatal) errors.Enqueue(e.ToString()); }).Build())
        {
            for (var i = 0; i < Records; i++)
            {
                var number = i;
                producer.Produce(new TopicPartition("cuts", i % Partitions), new() { Value = $"{number} {new string('x', 100)}" }, report =>
                {
                    if (report.Error.IsError) errors.Enqueue($"{number}: {report.Error}");
                    else offsets[number] = report.Offset.Value;
                });
                if (i % 100 == 0) await Task.Delay(1);
                if (i % 300 == 299)
                {
                    // Something must be under way to be cut: on a busy machine the client takes its time to come back.
                    var known = offsets.Count;
                    for (var end = DateTime.UtcNow.AddSeconds(5); offsets.Count == known && DateTime.UtcNow < end;) await Task.Delay(2);
                    await Task.Delay(random.Next(10));
                    proxy.Cut();
                }
            }

            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
        }

        output.WriteLine($"{proxy.Cuts} connections cut (seed {seed})");
        Assert.Empty(errors);
        Assert.InRange(proxy.Cuts, 15, int.MaxValue);
        for (var p = 0; p < Partitions; p++)
        {
            var expected = Enumerable.Range(0, Records).Where(i => i % Partitions == p).ToList();
            var stored = Read(broker.BootstrapServers, p, expected.Count);
            Assert.Equal(expected, stored);
            Assert.Equal(Enumerable.Range(0, expected.Count).Select(o => (long)o), expected.Select(i => offsets[i]));
        }
    }

    private static List<int> Read(string bootstrap, int partition, int atLeast)
    {
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "check", EnablePartitionEof = true, EnableAutoCommit = false }).Build();
        consumer.Assign(new TopicPartitionOffset("cuts", partition, 0));
        var values = new List<int>(atLeast);
        while (true)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"{values.Count} records were read, the end never came");
            if (result.IsPartitionEOF) return values;
            values.Add(int.Parse(result.Message.Value.Split(' ')[0]));
        }
    }
}
