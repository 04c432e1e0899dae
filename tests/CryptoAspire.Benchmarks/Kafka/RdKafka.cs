using System.Runtime.InteropServices;

namespace CryptoAspire.Benchmarks.Kafka;

/// <summary>
/// librdkafka's own batch API (rd_kafka_produce_batch, rd_kafka_consume_batch_queue; librdkafka/rdkafka.h). Confluent.Kafka
/// offers neither, and its cost for each message would be measured instead of the broker's.
/// </summary>
internal static unsafe partial class RdKafka
{
    private const string Library = "librdkafka.so.1";
    private const int ErrorCapacity = 512;
    private const int CopyPayload = 0x2;

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nuint Length;
        public byte* Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }

    [LibraryImport(Library)] private static partial nint rd_kafka_conf_new();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial int rd_kafka_conf_set(nint conf, string name, string value, byte* error, nuint size);
    [LibraryImport(Library)] private static partial nint rd_kafka_new(int type, nint conf, byte* error, nuint size);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial nint rd_kafka_topic_new(nint client, string topic, nint conf);
    [LibraryImport(Library)] private static partial void rd_kafka_topic_destroy(nint topic);
    [LibraryImport(Library)] private static partial int rd_kafka_produce_batch(nint topic, int partition, int flags, Message* messages, int count);
    [LibraryImport(Library)] private static partial int rd_kafka_poll(nint client, int timeoutMs);
    [LibraryImport(Library)] private static partial int rd_kafka_flush(nint client, int timeoutMs);
    [LibraryImport(Library)] private static partial void rd_kafka_destroy(nint client);
    [LibraryImport(Library)] private static partial int rd_kafka_poll_set_consumer(nint client);
    [LibraryImport(Library)] private static partial nint rd_kafka_topic_partition_list_new(int size);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial TopicPartition* rd_kafka_topic_partition_list_add(nint list, string topic, int partition);
    [LibraryImport(Library)] private static partial void rd_kafka_topic_partition_list_destroy(nint list);
    [LibraryImport(Library)] private static partial int rd_kafka_assign(nint client, nint list);
    [LibraryImport(Library)] private static partial nint rd_kafka_queue_get_consumer(nint client);
    [LibraryImport(Library)] private static partial void rd_kafka_queue_destroy(nint queue);
    [LibraryImport(Library)] private static partial nint rd_kafka_consume_batch_queue(nint queue, int timeoutMs, Message** messages, nuint size);
    [LibraryImport(Library)] private static partial void rd_kafka_message_destroy(Message* message);
    [LibraryImport(Library)] private static partial int rd_kafka_consumer_close(nint client);

    [StructLayout(LayoutKind.Sequential)]
    private struct TopicPartition
    {
        public nint Topic;
        public int Partition;
        public long Offset;
    }

    /// <summary>Produces <paramref name="count"/> messages of <paramref name="size"/> bytes over the partitions in turn, in batches, and waits until the broker has acknowledged them all.</summary>
    public static void Produce(IReadOnlyDictionary<string, string> settings, string topic, int partitions, long count, int size, int batch = 2_000)
    {
        var client = Create(0, settings);
        var handle = rd_kafka_topic_new(client, topic, 0);
        var payload = GC.AllocateArray<byte>(size, pinned: true);
        new Random(7).NextBytes(payload);
        var messages = (Message*)NativeMemory.AllocZeroed((nuint)batch, (nuint)sizeof(Message));
        try
        {
            fixed (byte* bytes = payload)
            {
                long sent = 0;
                for (var turn = 0; sent < count; turn++)
                {
                    var n = (int)Math.Min(batch, count - sent);
                    for (var i = 0; i < n; i++) messages[i] = new Message { Payload = bytes, Length = (nuint)size };
                    var accepted = rd_kafka_produce_batch(handle, turn % partitions, CopyPayload, messages, n);
                    sent += accepted;
                    rd_kafka_poll(client, accepted < n ? 5 : 0);
                }
            }

            if (rd_kafka_flush(client, 120_000) != 0) throw new TimeoutException($"Not every message was acknowledged within 120 s on {topic}.");
        }
        finally
        {
            NativeMemory.Free(messages);
            rd_kafka_topic_destroy(handle);
            rd_kafka_destroy(client);
        }
    }

    /// <summary>Reads <paramref name="count"/> messages from the start of every partition; returns the payload bytes seen.</summary>
    public static long Consume(IReadOnlyDictionary<string, string> settings, string topic, int partitions, long count, int batch = 10_000)
    {
        var client = Create(1, settings);
        rd_kafka_poll_set_consumer(client);
        var list = rd_kafka_topic_partition_list_new(partitions);
        for (var p = 0; p < partitions; p++) rd_kafka_topic_partition_list_add(list, topic, p)->Offset = 0;
        if (rd_kafka_assign(client, list) is not 0 and var assignError) throw new InvalidOperationException($"rd_kafka_assign failed: {assignError}");
        rd_kafka_topic_partition_list_destroy(list);
        var queue = rd_kafka_queue_get_consumer(client);
        var messages = (Message**)NativeMemory.AllocZeroed((nuint)batch, (nuint)sizeof(Message*));
        try
        {
            long seen = 0, bytes = 0;
            var silent = 0;
            while (seen < count)
            {
                var n = rd_kafka_consume_batch_queue(queue, 1_000, messages, (nuint)batch);
                silent = n > 0 ? 0 : silent + 1;
                if (silent > 30) throw new TimeoutException($"Only {seen:N0} of {count:N0} messages arrived from {topic}.");
                for (nint i = 0; i < n; i++)
                {
                    if (messages[i]->Error == 0)
                    {
                        seen++;
                        bytes += (long)messages[i]->Length;
                    }

                    rd_kafka_message_destroy(messages[i]);
                }
            }

            return bytes;
        }
        finally
        {
            NativeMemory.Free(messages);
            rd_kafka_queue_destroy(queue);
            rd_kafka_consumer_close(client);
            rd_kafka_destroy(client);
        }
    }

    private static nint Create(int type, IReadOnlyDictionary<string, string> settings)
    {
        var error = stackalloc byte[ErrorCapacity];
        var conf = rd_kafka_conf_new();
        foreach (var (name, value) in settings)
            if (rd_kafka_conf_set(conf, name, value, error, ErrorCapacity) != 0)
                throw new ArgumentException(Marshal.PtrToStringUTF8((nint)error));
        var client = rd_kafka_new(type, conf, error, ErrorCapacity);
        return client != 0 ? client : throw new InvalidOperationException(Marshal.PtrToStringUTF8((nint)error));
    }
}
