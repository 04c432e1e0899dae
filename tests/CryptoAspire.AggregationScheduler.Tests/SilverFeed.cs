using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Tests;

/// <summary>Trades that reach Silver the way the processor brings them: one partition, batch after batch, each in its transaction.</summary>
internal sealed class SilverFeed(NpgsqlDataSource database, TimeProvider time, int seed)
{
    private static readonly string[] Symbols = ["BTC-USD", "ETH-USD", "SOL-USD"];

    private readonly SilverWriter _writer = new(database, new SilverPartitions(database), time, "crypto_prices", 0);
    private readonly BronzeReader _reader = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, long> _ids = [];
    private long _offset = -1;

    /// <summary>Commits one batch of trades with event times between the two.</summary>
    public async Task CommitAsync(DateTimeOffset from, DateTimeOffset to, int count)
    {
        if (_offset < 0)
            _offset = await _writer.TakeOverAsync(CancellationToken.None);
        var batch = new SilverBatch("crypto_prices", 0, _offset);
        for (var i = 0; i < count; i++)
            batch.Add(_reader, _offset + i, null, BronzeWriter.ToUtf8(Next(from, to)), UnixMicroseconds.Of(time.GetUtcNow()));
        var result = await _writer.CommitAsync(batch, CancellationToken.None);
        Assert.Equal((true, count), (result.Committed, result.Rows));
        _offset = result.NextOffset;
    }

    private Trade Next(DateTimeOffset from, DateTimeOffset to)
    {
        var symbol = Symbols[_random.Next(Symbols.Length)];
        var id = _ids[symbol] = _ids.GetValueOrDefault(symbol, 100) + 1;
        return new Trade
        {
            Symbol = Symbol.Parse(symbol),
            Source = "coinbase",
            TradeId = id,
            EventTimeUs = UnixMicroseconds.Of(from + (to - from) * _random.NextDouble()),
            Price = 100 + _random.Next(10_000) / 100m,
            Size = (1 + _random.Next(1_000_000)) / 1_000_000m,
            Side = (Side)_random.Next(2),
        };
    }
}
