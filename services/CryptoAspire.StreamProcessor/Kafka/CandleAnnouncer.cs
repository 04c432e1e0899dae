using System.Text;
using Confluent.Kafka;
using CryptoAspire.Market;
using Microsoft.Extensions.Options;

namespace CryptoAspire.StreamProcessor.Kafka;

/// <summary>
/// Tells the live path which candles changed. Not part of the transaction: an announcement may be lost or repeated, the revision sorts it out.
/// A candle that changes again within a moment is announced once, as it is at the moment's end: nobody reads faster.
/// </summary>
public sealed class CandleAnnouncer(IProducer<byte[], byte[]> producer, IOptions<SilverOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _keys = []; // Kafka's keys: the symbols
    private Dictionary<CandleKey, Candle> _changed = [];
    private Dictionary<CandleKey, Candle> _announcing = [];
    private bool _isWaiting;

    /// <summary>Notes the candles for the next announcement.</summary>
    public void Announce(IReadOnlyList<Candle> candles)
    {
        if (candles.Count == 0)
            return;
        lock (_lock)
        {
            foreach (var candle in candles)
            {
                var key = new CandleKey(candle.Symbol, candle.Venue, candle.Interval, UnixMicroseconds.Of(candle.Start));
                if (!_changed.TryGetValue(key, out var earlier) || earlier.Revision < candle.Revision)
                    _changed[key] = candle;
            }

            if (_isWaiting)
                return;
            _isWaiting = true;
        }

        _ = AnnounceLaterAsync();
    }

    private async Task AnnounceLaterAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(options.Value.AnnounceMilliseconds), time);
        lock (_lock)
            (_changed, _announcing) = (_announcing, _changed);
        foreach (var candle in _announcing.Values)
        {
            if (!TryProduce(candle))
                break;
        }

        _announcing.Clear();
        lock (_lock)
        {
            if (!(_isWaiting = _changed.Count > 0))
                return;
        }

        _ = AnnounceLaterAsync();
    }

    /// <summary>Hands it to the producer's queue; false when that takes none: the rest is dropped, because the next change brings the whole candle again.</summary>
    private bool TryProduce(Candle candle)
    {
        if (!_keys.TryGetValue(candle.Symbol, out var key))
            _keys.Add(candle.Symbol, key = Encoding.ASCII.GetBytes(candle.Symbol));
        try
        {
            producer.Produce(options.Value.CandleTopic, new Message<byte[], byte[]> { Key = key, Value = CandleCodec.ToUtf8(candle) });
            return true;
        }
        catch (Exception failure) when (failure is KafkaException or ObjectDisposedException)
        {
            return false;
        }
    }
}
