using System.Text;
using Confluent.Kafka;
using CryptoAspire.Market;
using Microsoft.Extensions.Options;

namespace CryptoAspire.StreamProcessor.Kafka;

/// <summary>
/// Tells the live path which candles changed. Not part of the transaction: an announcement may be lost or repeated, the revision sorts it out.
/// </summary>
public sealed class CandleAnnouncer(IProducer<byte[], byte[]> producer, IOptions<SilverOptions> options)
{
    /// <summary>Hands the candles to the producer's queue; drops them when it takes none, because the next change brings the whole candle again.</summary>
    public void Announce(IReadOnlyList<Candle> candles)
    {
        foreach (var candle in candles)
        {
            try
            {
                producer.Produce(options.Value.CandleTopic, new Message<byte[], byte[]> { Key = Encoding.ASCII.GetBytes(candle.Symbol), Value = CandleCodec.ToUtf8(candle) });
            }
            catch (KafkaException)
            {
                return;
            }
        }
    }
}
