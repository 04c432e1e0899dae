using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Testing;

namespace CryptoAspire.Storage.Tests;

/// <summary>The recorded Binance files (docs/feeds.md 3.1), as the producer's trades.</summary>
internal static class Captures
{
    public const string Btc = "binance/spot_btcusdt_20240808.gz";
    public const string Eth = "binance/spot_ethusdt_20240808.gz";
    public const string BtcReference = "reference/spot_btcusdt_20240808_1m.csv";
    public const string EthReference = "reference/spot_ethusdt_20240808_1m.csv";
    public const string Source = "binance-replay";

    public static List<Trade> Trades(string file)
    {
        using var stream = new GZipStream(File.OpenRead(SharedData.File(file)), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        var trades = new List<Trade>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.Contains("@trade\"", StringComparison.Ordinal))
                continue;
            var space = line.IndexOf(' ');
            using var json = JsonDocument.Parse(line[(space + 1)..]);
            var data = json.RootElement.GetProperty("data");
            trades.Add(new Trade
            {
                Symbol = Symbol.Parse(data.GetProperty("s").GetString()!),
                Source = Source,
                TradeId = data.GetProperty("t").GetInt64(),
                EventTimeUs = data.GetProperty("T").GetInt64() * 1000,
                ReceivedUs = long.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture) / 1000,
                Price = decimal.Parse(data.GetProperty("p").GetString()!, CultureInfo.InvariantCulture),
                Size = decimal.Parse(data.GetProperty("q").GetString()!, CultureInfo.InvariantCulture),
                Side = data.GetProperty("m").GetBoolean() ? Side.Sell : Side.Buy,
            });
        }

        return trades;
    }

    /// <summary>The reference file's rows, comparable with the same columns selected from our candles.</summary>
    public static IEnumerable<ReferenceCandle> Reference(string file) =>
        File.ReadLines(SharedData.File(file)).Skip(1).Select(line =>
        {
            var f = line.Split(',');
            decimal Number(int column) => decimal.Parse(f[column], CultureInfo.InvariantCulture);
            return new ReferenceCandle(
                DateTimeOffset.Parse(f[0], CultureInfo.InvariantCulture), Number(2), Number(3), Number(4), Number(5), Number(6), Number(7), Number(8), (long)Number(9), (long)Number(10), (long)Number(11));
        });
}

internal sealed record ReferenceCandle(
    DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, decimal Notional, decimal Vwap, long Trades, long FirstId, long LastId);
