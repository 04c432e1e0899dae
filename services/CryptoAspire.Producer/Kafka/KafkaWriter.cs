using Confluent.Kafka;

namespace CryptoAspire.Producer.Kafka;

/// <summary>
/// Takes records from the queue and hands them to the idempotent client, which keeps their order and retries for ever. Its own buffer is bounded too:
/// when it is full, the queue is left to fill.
/// </summary>
public sealed partial class KafkaWriter
{
    private static readonly TimeSpan FullPause = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<byte[], byte[]> client;
    private readonly OutboundQueue queue;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Action<DeliveryReport<byte[], byte[]>> report;   // one for all records
    private readonly TaskCompletionSource<Error> fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long delivered, failed, pauses, inFlight;

    public KafkaWriter(IProducer<byte[], byte[]> client, OutboundQueue queue, TimeProvider clock, ILogger<KafkaWriter> logger)
    {
        this.client = client;
        this.queue = queue;
        this.clock = clock;
        this.logger = logger;
        report = Delivery;
    }

    /// <summary>Records that Kafka has acknowledged.</summary>
    public long Delivered => Volatile.Read(ref delivered);

    /// <summary>Records that Kafka has refused for good; they are in the dead-letter topic, or in the log if even that refused.</summary>
    public long Failed => Volatile.Read(ref failed);

    /// <summary>Records handed over and not yet acknowledged.</summary>
    public long InFlight => Volatile.Read(ref inFlight);

    /// <summary>How often the client's buffer was full.</summary>
    public long Pauses => Volatile.Read(ref pauses);

    /// <summary>What the idempotent producer cannot do without: bounded memory, and no time after which a record is given up.</summary>
    public static void Configure(ProducerConfig config)
    {
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        config.MessageTimeoutMs = 0;            // never give up: a lost trade is worse than a late one
        config.LingerMs = 5;
        config.CompressionType = CompressionType.Lz4;
        config.QueueBufferingMaxMessages = 50_000;
        config.QueueBufferingMaxKbytes = 32 * 1024;
        config.CancellationDelayMaxMs = 250;    // between two looks whether the client is to end
        config.EnableDeliveryReports = true;
        config.DeliveryReportFields = "key,value,status";
    }

    /// <summary>
    /// Writes until the queue is completed and empty. Throws when the client's state is beyond repair (a broker that lost data, a fenced id):
    /// then the process must start anew, and finds by the trade ids in Bronze what is missing.
    /// </summary>
    /// <exception cref="KafkaException">The client reported a fatal error.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (await queue.Reader.WaitToReadAsync(stopping))
        {
            while (queue.Reader.TryRead(out var record)) await HandOverAsync(record, stopping);
        }
    }

    /// <summary>Waits until Kafka has acknowledged everything; false when the time was not enough.</summary>
    public bool Flush(TimeSpan limit) => client.Flush(limit) == 0;

    private async ValueTask HandOverAsync(OutboundRecord record, CancellationToken stopping)
    {
        var message = new Message<byte[], byte[]> { Key = record.Key, Value = record.Value, Headers = record.Headers };
        while (true)
        {
            if (fatal.Task.IsCompleted) throw new KafkaException(await fatal.Task);
            try
            {
                Interlocked.Increment(ref inFlight);
                client.Produce(record.Topic, message, record.Acknowledged is { } acknowledged ? Acknowledging(acknowledged) : report);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                Interlocked.Decrement(ref inFlight);
                Interlocked.Increment(ref pauses);
                await Task.Delay(FullPause, clock, stopping);
            }
            catch (ProduceException<byte[], byte[]> e)
            {
                Interlocked.Decrement(ref inFlight);
                if (e.Error.IsFatal) throw;
                Refuse(record.Topic, message, e.Error);
                record.Acknowledged?.TrySetResult();
                return;
            }
        }
    }

    private void Delivery(DeliveryReport<byte[], byte[]> report)
    {
        Interlocked.Decrement(ref inFlight);
        if (!report.Error.IsError) Interlocked.Increment(ref delivered);
        else if (report.Error.IsFatal) fatal.TrySetResult(report.Error);
        else Refuse(report.Topic, report.Message, report.Error);
    }

    // Apart from Produce, whose ordinary path must not pay for the closure.
    private Action<DeliveryReport<byte[], byte[]>> Acknowledging(TaskCompletionSource acknowledged) => report => Deliver(report, acknowledged);

    private void Deliver(DeliveryReport<byte[], byte[]> report, TaskCompletionSource acknowledged)
    {
        Delivery(report);
        if (!report.Error.IsFatal) acknowledged.TrySetResult();
    }

    private void Refuse(string topic, Message<byte[], byte[]> message, Error error)
    {
        Interlocked.Increment(ref failed);
        LogRefused(topic, error.Reason);
        if (topic == BronzeTopics.DeadLetters) return;
        try
        {
            var letter = OutboundRecord.DeadLetter(message.Key, message.Value, $"Kafka refused it for {topic}: {error.Reason}", "producer", Market.UnixMicroseconds.Of(clock.GetUtcNow()));
            client.Produce(letter.Topic, new Message<byte[], byte[]> { Key = letter.Key, Value = letter.Value, Headers = letter.Headers });
        }
        catch (KafkaException e)
        {
            LogLost(topic, e.Error.Reason);
        }
    }

    [LoggerMessage(LogLevel.Error, "Kafka refused a record for {Topic}: {Reason}")]
    private partial void LogRefused(string topic, string reason);

    [LoggerMessage(LogLevel.Critical, "A record for {Topic} that Kafka refused could not be put aside either: {Reason}")]
    private partial void LogLost(string topic, string reason);
}
