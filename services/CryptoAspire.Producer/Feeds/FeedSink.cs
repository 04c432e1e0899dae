using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Producer.Capture;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Turns what one venue said into Bronze records and queues them; it waits while the queue is full.</summary>
internal sealed class FeedSink(OutboundQueue queue, FeedStatus status, RawCapture? capture = null) : IFeedOutlet
{
    // Enough of an oversized message to see what it was.
    private const int MaxDeadLetterBytes = 64 * 1024;

    private long iteration;

    public string Source => status.Source;

    /// <summary>A message as it came, for the capture.</summary>
    public void Capture(ReadOnlySpan<byte> message, long receivedUs) => capture?.Take(status.Venue, receivedUs, message);

    /// <summary>Where a venue's candles go; null: nowhere.</summary>
    public Action<VenueInstrument, VenueKline>? Candles { get; set; }

    /// <summary>A candle as the venue counts it.</summary>
    public void Kline(VenueInstrument instrument, in VenueKline kline)
    {
        status.CountKline();
        Candles?.Invoke(instrument, kline);
    }

    /// <param name="acknowledged">Completed when Kafka has it.</param>
    public async ValueTask TradeAsync(VenueInstrument instrument, VenueTrade trade, long receivedUs, CancellationToken cancellation, TaskCompletionSource? acknowledged = null)
    {
        var record = new Trade
        {
            Symbol = instrument.Symbol, Source = status.Source, TradeId = trade.TradeId, EventTimeUs = trade.EventTimeUs, ReceivedUs = receivedUs,
            Price = trade.Price, Size = trade.Size, Side = trade.Side, Iteration = Interlocked.Increment(ref iteration),
        };
        var outbound = OutboundRecord.Of(record);
        await queue.WriteAsync(acknowledged is null ? outbound : outbound with { Acknowledged = acknowledged }, cancellation);
        status.CountTrade();
    }

    public async ValueTask TickerAsync(VenueInstrument instrument, VenueTicker ticker, long receivedUs, CancellationToken cancellation)
    {
        var record = new Ticker
        {
            Symbol = instrument.Symbol, Source = status.Source, EventTimeUs = ticker.EventTimeUs > 0 ? ticker.EventTimeUs : receivedUs, ReceivedUs = receivedUs,
            Price = ticker.Price, Bid = ticker.Bid, Ask = ticker.Ask, Volume24h = ticker.Volume24h, Iteration = Interlocked.Increment(ref iteration),
        };
        await queue.WriteAsync(OutboundRecord.Of(record), cancellation);
        status.CountTicker();
    }

    public async ValueTask WriteAsync(string topic, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        await queue.WriteAsync(new OutboundRecord(topic, key.ToArray(), value.ToArray()), cancellation);
        status.CountRecord();
    }

    /// <summary>A message that cannot be used goes to the dead-letter topic as it came, with the reason.</summary>
    public async ValueTask RejectAsync(ReadOnlyMemory<byte> message, string reason, long receivedUs, CancellationToken cancellation)
    {
        status.CountRejected();
        var kept = message.Length > MaxDeadLetterBytes ? message[..MaxDeadLetterBytes] : message;
        await queue.WriteAsync(OutboundRecord.DeadLetter(Encoding.UTF8.GetBytes(status.Source), kept.ToArray(), reason, status.Source, receivedUs), cancellation);
    }
}
