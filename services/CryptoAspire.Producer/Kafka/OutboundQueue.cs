using System.Threading.Channels;

namespace CryptoAspire.Producer.Kafka;

/// <summary>
/// Between the sockets and Kafka. It is bounded: when Kafka does not take records, the sockets are not read, the exchanges' buffers fill,
/// and what they drop then is fetched by id later. Memory stays flat.
/// </summary>
public sealed class OutboundQueue
{
    public const int Capacity = 8_192;

    private readonly Channel<OutboundRecord> channel = Channel.CreateBounded<OutboundRecord>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private long waits;

    public int Count => channel.Reader.Count;

    /// <summary>How often a feed had to wait because the queue was full.</summary>
    public long Waits => Volatile.Read(ref waits);

    public ValueTask WriteAsync(OutboundRecord record, CancellationToken cancellation)
    {
        if (channel.Writer.TryWrite(record)) return ValueTask.CompletedTask;
        Interlocked.Increment(ref waits);
        return channel.Writer.WriteAsync(record, cancellation);
    }

    /// <summary>Nothing will be written any more; the reader ends after the last record.</summary>
    public void Complete() => channel.Writer.TryComplete();

    internal ChannelReader<OutboundRecord> Reader => channel.Reader;
}
