using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Producer.Kafka;

/// <summary>One record on its way to Kafka, encoded.</summary>
/// <param name="Key">UTF-8.</param>
public sealed record OutboundRecord(string Topic, byte[] Key, byte[] Value, Headers? Headers = null)
{
    /// <summary>Completed when Kafka has it, or has refused it for good. Records of one key arrive in order: of several the last one's is enough.</summary>
    public TaskCompletionSource? Acknowledged { get; init; }

    // As many as there are symbols that are followed.
    private static readonly ConcurrentDictionary<string, byte[]> Keys = new(StringComparer.Ordinal);

    public static OutboundRecord Of(in Trade trade) => new(BronzeTopics.Prices, KeyOf(trade.Symbol), BronzeWriter.ToUtf8(trade));

    public static OutboundRecord Of(in Ticker ticker) => new(BronzeTopics.Prices, KeyOf(ticker.Symbol), BronzeWriter.ToUtf8(ticker));

    /// <summary>What could not be used, as it came; the reason and the origin stand in the headers.</summary>
    /// <param name="receivedUs">Unix µs.</param>
    public static OutboundRecord DeadLetter(byte[] key, byte[] raw, string reason, string source, long receivedUs) =>
        new(BronzeTopics.DeadLetters, key, raw, new Headers
        {
            { "reason", Encoding.UTF8.GetBytes(reason) },
            { "source", Encoding.UTF8.GetBytes(source) },
            { "received_us", Encoding.UTF8.GetBytes(receivedUs.ToString(CultureInfo.InvariantCulture)) },
        });

    private static byte[] KeyOf(Symbol symbol) => Keys.GetOrAdd(symbol.Name, static name => Encoding.UTF8.GetBytes(name));
}
