using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.Storage.Tests;

/// <summary>One partition of Bronze in memory: the values by offset, and the reading of batches from any offset.</summary>
public sealed class BronzeLog(int partition = 0)
{
    private readonly BronzeReader _reader = new();
    private readonly List<byte[]> _values = [];

    public long End => _values.Count;

    public BronzeLog Append(byte[] value)
    {
        _values.Add(value);
        return this;
    }

    public BronzeLog Append(params IEnumerable<Trade> trades)
    {
        foreach (var trade in trades)
            _values.Add(BronzeWriter.ToUtf8(trade));
        return this;
    }

    public SilverBatch Read(long from, int count, TimeProvider? time = null)
    {
        var batch = new SilverBatch("crypto_prices", partition, from);
        for (var offset = from; offset < Math.Min(End, from + count); offset++)
            batch.Add(_reader, offset, null, _values[(int)offset], UnixMicroseconds.Of((time ?? TimeProvider.System).GetUtcNow()));
        return batch;
    }

    /// <summary>Commits everything from the fence on, as the processor does; returns the candles announced.</summary>
    public async Task<List<Candle>> CommitAllAsync(SilverWriter writer, int batchSize = 1000, TimeProvider? time = null)
    {
        var announced = new List<Candle>();
        var next = await writer.TakeOverAsync(CancellationToken.None);
        while (next < End)
        {
            var result = await writer.CommitAsync(Read(next, batchSize, time), CancellationToken.None);
            Assert.True(result.Committed);
            announced.AddRange(result.Candles);
            next = result.NextOffset;
        }

        return announced;
    }
}
