using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// What a consumer has fetched of one partition, apart from its other partitions: whoever does not take from a full one stops the fetching
/// of that one alone, without the loss of what is fetched that a pause means. And without Confluent.Kafka's four objects a record: the
/// bytes are read where librdkafka has them (rdkafka.h: rd_kafka_queue_get_partition, rd_kafka_consume_batch_queue).
/// </summary>
/// <remarks>Take from one thread; the others may only call <see cref="Interrupt"/>. Dispose of it before the consumer.</remarks>
public sealed unsafe partial class PartitionQueue : IDisposable
{
    private const string Library = "librdkafka"; // found by KafkaNativeLibrary's resolver

    private readonly nint _queue;
    private readonly Message*[] _messages;

    private PartitionQueue(nint queue, int most)
    {
        _queue = queue;
        _messages = new Message*[most];
    }

    /// <summary>Reads one record in place; the spans end with the call. A null key or value is a span of a null reference.</summary>
    public delegate void RecordHandler(long offset, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Opens the queue; before the partition is assigned, so that none of its records goes to the consumer's common queue.</summary>
    /// <param name="client">The consumer's handle.</param>
    /// <param name="topic">A topic.</param>
    /// <param name="partition">One of its partitions.</param>
    /// <param name="most">The most records of one <see cref="Take"/>.</param>
    /// <exception cref="KafkaNativeLibraryException">This version of Confluent.Kafka hides the native client elsewhere.</exception>
    /// <exception cref="KafkaException">librdkafka does not give the queue.</exception>
    public static PartitionQueue Open(Handle client, string topic, int partition, int most)
    {
        var queue = rd_kafka_queue_get_partition(NativeClient(client), topic, partition);
        if (queue == 0)
            throw new KafkaException(new Error(ErrorCode.Local_UnknownPartition, $"librdkafka gives no queue for {topic} [{partition}]."));
        rd_kafka_queue_forward(queue, 0);
        return new PartitionQueue(queue, most);
    }

    /// <summary>Waits for a first record and takes those that are there; returns their number.</summary>
    /// <param name="most">At most so many, and no more than the queue was opened for.</param>
    /// <param name="timeout">How long to wait for the first.</param>
    /// <param name="handle">Called for each, in order.</param>
    /// <exception cref="KafkaException">The partition cannot be read on; the records before were handled.</exception>
    public int Take(int most, TimeSpan timeout, RecordHandler handle)
    {
        // The batch call waits for a full batch, so the wait is a single one's.
        var first = rd_kafka_consume_queue(_queue, (int)timeout.TotalMilliseconds);
        if (first is null)
            return 0;
        _messages[0] = first;
        var count = 1;
        most = Math.Min(most, _messages.Length);
        if (most > 1)
        {
            fixed (Message** room = &_messages[1])
                count += (int)rd_kafka_consume_batch_queue(_queue, 0, room, (nuint)(most - 1));
        }

        var taken = 0;
        try
        {
            for (; taken < count; taken++)
            {
                var message = _messages[taken];
                if (message->Error != 0)
                    throw new KafkaException(ErrorOf(message));
                handle(message->Offset, new ReadOnlySpan<byte>(message->Key, (int)message->KeyLength), new ReadOnlySpan<byte>(message->Payload, (int)message->Length));
            }
        }
        finally
        {
            for (var i = 0; i < count; i++)
                rd_kafka_message_destroy(_messages[i]);
        }

        return count;
    }

    /// <summary>Ends a wait in <see cref="Take"/>; from any thread.</summary>
    public void Interrupt() => rd_kafka_queue_yield(_queue);

    public void Dispose() => rd_kafka_queue_destroy(_queue);

    private static Error ErrorOf(Message* message) =>
        new((ErrorCode)message->Error, message->Payload is null ? null : Marshal.PtrToStringUTF8((nint)message->Payload, (int)message->Length));

    private static nint NativeClient(Handle client)
    {
        var property = typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.NonPublic | BindingFlags.Instance);
        return property?.GetValue(client) is SafeHandle handle
            ? handle.DangerousGetHandle()
            : throw new KafkaNativeLibraryException(
                $"Confluent.Kafka {typeof(Handle).Assembly.GetName().Version!.ToString(3)} has no Handle.LibrdkafkaHandle any more; use the version of Directory.Packages.props.");
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint rd_kafka_queue_get_partition(nint client, string topic, int partition);

    [LibraryImport(Library)]
    private static partial void rd_kafka_queue_forward(nint source, nint target);

    [LibraryImport(Library)]
    private static partial Message* rd_kafka_consume_queue(nint queue, int timeoutMs);

    [LibraryImport(Library)]
    private static partial nint rd_kafka_consume_batch_queue(nint queue, int timeoutMs, Message** messages, nuint size);

    [LibraryImport(Library)]
    private static partial void rd_kafka_message_destroy(Message* message);

    [LibraryImport(Library)]
    private static partial void rd_kafka_queue_yield(nint queue);

    [LibraryImport(Library)]
    private static partial void rd_kafka_queue_destroy(nint queue);

    // rd_kafka_message_t
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
}
