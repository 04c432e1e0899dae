using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

public sealed class PartitionQueueTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Each_partition_has_its_own_records_in_order_and_none_reach_the_consumer()
    {
        string topic = await FillAsync(partitions: 2, records: 500);
        using var consumer = Consumer();
        using var first = PartitionQueue.Open(consumer.Handle, topic, 0, 100);
        using var second = PartitionQueue.Open(consumer.Handle, topic, 1, 100);
        consumer.Assign([new TopicPartitionOffset(topic, 0, 0), new TopicPartitionOffset(topic, 1, 10)]);

        // Nothing is taken of the first while the second is read to its end.
        Assert.Equal(Enumerable.Range(10, 490).Select(i => $"{i} k{i} 1:{i}"), TakeAll(second, 490));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i} k{i} 0:{i}"), TakeAll(first, 500));
        Assert.Null(consumer.Consume(TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public async Task A_seek_leaves_nothing_of_what_was_fetched_before()
    {
        string topic = await FillAsync(partitions: 1, records: 500);
        using var consumer = Consumer();
        using var queue = PartitionQueue.Open(consumer.Handle, topic, 0, 50);
        consumer.Assign(new TopicPartitionOffset(topic, 0, 0));
        TakeAll(queue, 60);

        consumer.Seek(new TopicPartitionOffset(topic, 0, 7));

        Assert.Equal("7 k7 0:7", TakeAll(queue, 493).First());
    }

    [Fact]
    public async Task Null_is_told_from_empty()
    {
        string topic = await FillAsync(partitions: 1, records: 0);
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build())
        {
            producer.Produce(topic, new Message<byte[]?, byte[]?> { Key = null, Value = [] });
            producer.Produce(topic, new Message<byte[]?, byte[]?> { Key = [], Value = null });
            producer.Flush(Wait);
        }
        using var consumer = Consumer();
        using var queue = PartitionQueue.Open(consumer.Handle, topic, 0, 10);
        consumer.Assign(new TopicPartitionOffset(topic, 0, 0));

        Assert.Equal(["0 null ", "1  null"], TakeAll(queue, 2));
    }

    [Fact]
    public async Task What_the_broker_no_longer_has_is_an_error_and_an_interrupt_ends_the_wait()
    {
        string topic = await FillAsync(partitions: 1, records: 5);
        using var consumer = Consumer();
        using var queue = PartitionQueue.Open(consumer.Handle, topic, 0, 10);
        consumer.Assign(new TopicPartitionOffset(topic, 0, 99));
        Assert.Equal(ErrorCode.Local_AutoOffsetReset, Assert.Throws<KafkaException>(() => TakeAll(queue, 1)).Error.Code);

        var waiting = Task.Run(() => queue.Take(1, TimeSpan.FromMinutes(5), static (_, _, _) => { }));
        await Task.Delay(50);
        queue.Interrupt();
        Assert.Equal(0, await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static List<string> TakeAll(PartitionQueue queue, int count)
    {
        var records = new List<string>();
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(30);
        while (records.Count < count && DateTime.UtcNow < deadline)
            queue.Take(count - records.Count, TimeSpan.FromMilliseconds(200), (offset, key, value) => records.Add($"{offset} {Shown(key)} {Shown(value)}"));
        return records;
    }

    private static string Shown(ReadOnlySpan<byte> bytes) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(bytes)) ? "null" : Encoding.UTF8.GetString(bytes);

    private IConsumer<Ignore, Ignore> Consumer() =>
        new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = broker.BootstrapServers, GroupId = KafkaBroker.NewName("queues"), AutoOffsetReset = AutoOffsetReset.Error }).Build();

    private async Task<string> FillAsync(int partitions, int records)
    {
        string topic = KafkaBroker.NewName("queue");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build();
        for (int i = 0; i < records; i++)
            for (int partition = 0; partition < partitions; partition++)
                producer.Produce(new TopicPartition(topic, partition), new Message<string, string> { Key = $"k{i}", Value = $"{partition}:{i}" });
        producer.Flush(Wait);
        return topic;
    }
}
