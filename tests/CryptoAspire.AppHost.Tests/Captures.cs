using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

/// <summary>The two recordings of Binance that the whole system is judged by, and what another program made of them.</summary>
internal static class Captures
{
    public const string Bitcoin = "binance/spot_btcusdt_20240808.gz";
    public const string Ether = "binance/spot_ethusdt_20240808.gz";
    public const string BitcoinCandles = "reference/spot_btcusdt_20240808_1m.csv";
    public const string EtherCandles = "reference/spot_ethusdt_20240808_1m.csv";

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlySet<long>>> LazyTradeIds = new(() => new Dictionary<string, IReadOnlySet<long>>
    {
        ["BTC-USDT"] = ReadTradeIds(Bitcoin),
        ["ETH-USDT"] = ReadTradeIds(Ether),
    });

    /// <summary>Value of <c>Replay:Path</c>.</summary>
    public static string ReplayPath => $"{SharedData.File(Bitcoin)};{SharedData.File(Ether)}";

    /// <summary>The ids of the trades in the files, by symbol, read without the product's own reader.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<long>> TradeIds => LazyTradeIds.Value;

    /// <summary>Number of distinct trades in both files.</summary>
    public static int TradeCount => TradeIds.Values.Sum(ids => ids.Count);

    /// <summary>The reference candles of a symbol, oldest first.</summary>
    public static IReadOnlyList<ReferenceCandle> Candles(string symbol) =>
        [.. File.ReadLines(SharedData.File(symbol == "BTC-USDT" ? BitcoinCandles : EtherCandles)).Skip(1).Select(Parse)];

    private static ReferenceCandle Parse(string line)
    {
        var columns = line.Split(',');
        decimal Number(int column) => decimal.Parse(columns[column], CultureInfo.InvariantCulture);
        long Integer(int column) => long.Parse(columns[column], CultureInfo.InvariantCulture);
        return new ReferenceCandle(
            DateTimeOffset.Parse(columns[0], CultureInfo.InvariantCulture), Integer(1), Number(2), Number(3), Number(4), Number(5), Number(6), Number(7), Number(8), Integer(9), Integer(10), Integer(11));
    }

    private static HashSet<long> ReadTradeIds(string file)
    {
        using var gzip = new GZipStream(File.OpenRead(SharedData.File(file)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        HashSet<long> ids = [];
        while (reader.ReadLine() is { } line)
        {
            if (!line.Contains("\"e\":\"trade\"", StringComparison.Ordinal))
                continue;
            using var message = JsonDocument.Parse(line.AsMemory(line.IndexOf(' ', StringComparison.Ordinal) + 1));
            ids.Add(message.RootElement.GetProperty("data").GetProperty("t").GetInt64());
        }

        return ids;
    }
}
