using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>
/// Bronze of one seed: three partitions with trades of a venue with contiguous and one with sparse ids, some late, some out of order, some
/// twice, tickers, rubbish, and offsets without a record. In every fourth seed a symbol's records are in all partitions, as after a
/// change of the partitioning.
/// </summary>
internal sealed class SimLog
{
    public const int Partitions = 3;

    private static readonly string[] Symbols = ["BTC-USD", "ETH-USD", "SOL-USD"];
    private static readonly string[] Sources = ["coinbase", "gemini"];

    private readonly List<byte[]?>[] _values = [[], [], []];
    private readonly BronzeReader _reader = new();

    public SimLog(Random random)
    {
        var ids = new Dictionary<(string, string), long>();
        var held = new List<(int Partition, byte[] Value)>();
        var spread = IsSpread = random.Next(4) == 0;
        var timeUs = UnixMicroseconds.Of(new DateTimeOffset(2024, 8, 8, 10, 0, 0, TimeSpan.Zero));
        for (var i = 14 + random.Next(26); i > 0; i--)
        {
            var partition = random.Next(Partitions);
            timeUs += random.Next(12_000_000);
            var value = Value(random, Symbols[spread ? random.Next(Symbols.Length) : partition], timeUs, ids);
            switch (random.Next(10))
            {
                case 0:
                    held.Add((partition, value));
                    break;
                case 1:
                    _values[partition].Add(value);
                    held.Add((spread ? random.Next(Partitions) : partition, value));
                    break;
                case 2 when random.Next(3) == 0:
                    _values[partition].Add(null);
                    break;
                default:
                    _values[partition].Add(value);
                    break;
            }

            if (held.Count > 0 && random.Next(4) == 0)
                Release(held, random.Next(held.Count));
        }

        while (held.Count > 0)
            Release(held, 0);

        // A batch ends with a record, so the last offset has one.
        foreach (var values in _values)
            values.Add("rubbish"u8.ToArray());
        Expect();
    }

    public HashSet<(string Source, string Symbol, long Id)> Trades { get; } = [];

    /// <summary>Those of one moment once.</summary>
    public HashSet<(string Source, string Symbol, long EventUs)> Tickers { get; } = [];

    /// <summary>Each symbol is in all partitions.</summary>
    public bool IsSpread { get; }

    public long Bad { get; private set; }

    public long End(int partition) => _values[partition].Count;

    /// <summary>The value at an offset; null where there is no record.</summary>
    public byte[]? At(int partition, long offset) => _values[partition][(int)offset];

    /// <summary>The record at an offset that has one.</summary>
    public BronzeRecord Record(int partition, long offset) =>
        _reader.TryRead(At(partition, offset), out var record, out var reason) ? record : throw new InvalidOperationException(reason);

    private static byte[] Value(Random random, string symbol, long timeUs, Dictionary<(string, string), long> ids)
    {
        var source = Sources[random.Next(Sources.Length)];
        var eventUs = timeUs - (random.Next(4) == 0 ? random.Next(150_000_000) : 0);
        switch (random.Next(20))
        {
            case 0:
                return "rubbish"u8.ToArray();
            case 1:
                return BronzeWriter.ToUtf8(new Ticker { Symbol = Symbol.Parse(symbol), Source = source, EventTimeUs = eventUs, Price = 100 });
            default:
                var step = source == "gemini" ? 1 + random.Next(1000) : 1;
                return BronzeWriter.ToUtf8(new Trade
                {
                    Symbol = Symbol.Parse(symbol),
                    Source = source,
                    TradeId = ids[(symbol, source)] = ids.GetValueOrDefault((symbol, source), 100) + step,
                    EventTimeUs = eventUs,
                    Price = 1 + random.Next(1_000_000) / 100m,
                    Size = 1 + random.Next(1_000_000) / 1_000m,
                    Side = random.Next(2) == 0 ? Side.Buy : Side.Sell,
                });
        }
    }

    private void Release(List<(int Partition, byte[] Value)> held, int index)
    {
        _values[held[index].Partition].Add(held[index].Value);
        held.RemoveAt(index);
    }

    private void Expect()
    {
        foreach (var value in _values.SelectMany(static values => values))
        {
            if (value is null)
                continue;
            if (!_reader.TryRead(value, out var record, out _))
                Bad++;
            else if (record.Kind == BronzeKind.Trade)
                Trades.Add((record.Source, record.Symbol.Name, record.TradeId));
            else
                Tickers.Add((record.Source, record.Symbol.Name, record.EventTimeUs));
        }
    }
}
