using System.Diagnostics.Metrics;
using CryptoAspire.Producer.Kafka;

namespace CryptoAspire.Producer.Feeds;

/// <summary>The state of the feeds as instruments of the meter <c>CryptoAspire.Producer</c>, one series a venue.</summary>
public sealed class FeedMetrics : IDisposable
{
    public const string MeterName = "CryptoAspire.Producer";

    private readonly Meter meter;

    public FeedMetrics(IMeterFactory meters, FeedBoard board, OutboundQueue queue, KafkaWriter writer)
    {
        meter = meters.Create(MeterName);
        IEnumerable<Measurement<T>> PerVenue<T>(Func<FeedStatus, T?> read) where T : struct =>
            board.Feeds.Select(f => (Feed: f, Value: read(f))).Where(m => m.Value is not null)
                .Select(m => new Measurement<T>(m.Value!.Value, new KeyValuePair<string, object?>("venue", m.Feed.Venue), new KeyValuePair<string, object?>("source", m.Feed.Source)));

        meter.CreateObservableGauge("cryptoaspire.feed.connected", () => PerVenue<int>(f => f.IsConnected ? 1 : 0), description: "1 while the venue's stream flows");
        meter.CreateObservableGauge("cryptoaspire.feed.last_message_age", () => PerVenue(f => f.LastMessageAge), "s", "Time since the venue last said anything");
        meter.CreateObservableCounter("cryptoaspire.feed.messages", () => PerVenue<long>(f => f.Messages), "{message}", "Messages received");
        meter.CreateObservableCounter("cryptoaspire.feed.trades", () => PerVenue<long>(f => f.Trades), "{trade}", "Trades sent to Bronze");
        meter.CreateObservableCounter("cryptoaspire.feed.tickers", () => PerVenue<long>(f => f.Tickers), "{ticker}", "Tickers sent to Bronze");
        meter.CreateObservableCounter("cryptoaspire.feed.duplicates", () => PerVenue<long>(f => f.Duplicates), "{trade}", "Trades that came again and were dropped");
        meter.CreateObservableCounter("cryptoaspire.feed.rejected", () => PerVenue<long>(f => f.Rejected), "{message}", "Messages sent to the dead-letter topic");
        meter.CreateObservableCounter("cryptoaspire.feed.reconnects", () => PerVenue<long>(f => f.Reconnects), "{connection}", "Connections that ended or could not be made");
        meter.CreateObservableCounter("cryptoaspire.feed.repaired", () => PerVenue<long>(f => f.RepairedTrades), "{trade}", "Missed trades fetched by id");
        meter.CreateObservableCounter("cryptoaspire.feed.gaps", () => PerVenue<long>(f => f.Gaps), "{gap}", "Gaps that live trades had to pass");
        meter.CreateObservableCounter("cryptoaspire.feed.gaps_filled", () => PerVenue<long>(f => f.GapsClosed), "{gap}", "Gaps that were closed later");
        meter.CreateObservableGauge("cryptoaspire.feed.gaps_lost", () => PerVenue<int>(f => f.LostGaps.Count), "{gap}", "Gaps that the venue itself cannot fill");
        meter.CreateObservableCounter("cryptoaspire.feed.rotations", () => PerVenue<long>(f => f.Rotations), "{connection}", "Connections replaced before the venue cut them");
        meter.CreateObservableCounter("cryptoaspire.feed.sequence_breaks", () => PerVenue<long>(f => f.SequenceBreaks), "{break}", "Jumps of a connection's running number");
        meter.CreateObservableGauge("cryptoaspire.feed.clock_offset", () => PerVenue(f => f.ClockOffsetMs / 1000), "s", "The venue's clock minus ours");
        meter.CreateObservableGauge("cryptoaspire.feed.refused", () => PerVenue<int>(f => f.Refused.Count), "{subscription}", "Subscriptions that the venue refuses");
        meter.CreateObservableGauge("cryptoaspire.feed.gaps_open", () => PerVenue<int>(f => f.OpenGaps.Count), "{gap}", "Gaps still open");
        meter.CreateObservableGauge("cryptoaspire.producer.queue", () => queue.Count, "{record}", $"Records waiting for Kafka, at most {OutboundQueue.Capacity}");
        meter.CreateObservableCounter("cryptoaspire.producer.queue_waits", () => queue.Waits, "{wait}", "Times that a feed waited for room in the queue");
        meter.CreateObservableGauge("cryptoaspire.producer.in_flight", () => writer.InFlight, "{record}", "Records handed to the Kafka client and not acknowledged");
        meter.CreateObservableCounter("cryptoaspire.producer.delivered", () => writer.Delivered, "{record}", "Records acknowledged by Kafka");
        meter.CreateObservableCounter("cryptoaspire.producer.failed", () => writer.Failed, "{record}", "Records that Kafka refused");
    }

    public void Dispose() => meter.Dispose();
}
