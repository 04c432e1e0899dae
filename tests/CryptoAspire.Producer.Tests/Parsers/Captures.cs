using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Parsers;

/// <summary>The recorded sessions as the sockets delivered them.</summary>
internal static class Captures
{
    public const string SpotBtc = "binance/spot_btcusdt_20240808.gz";
    public const string SpotEth = "binance/spot_ethusdt_20240808.gz";
    public const string FuturesEth = "binance/usdm_ethusdt_20240808.gz";
    public const string BinanceOld = "binance/cf_BINANCE_20211012.ws.txt.gz";
    public const string CoinbaseExchange = "coinbase/cf_exchange_ws_20210417_partA.txt.gz";
    public const string CoinbaseAdvanced = "coinbase/cf_advanced_trade_20260809_part1.jsonl.gz";
    public const string CoinbaseAdvancedCandles = "reference/coinbase_advanced_5m_candle_prefix_check.csv";
    public const string BinanceRest = "binance/gct_rest_give.jsonl.gz";
    public const string CoinbaseRestCandles = "coinbase/xchange_exchange_rest_example-historical-candles.json";
    public const string CoinbaseAdvancedRestCandles = "coinbase/ta4j_advanced_candles_BTC-USD_1D_20230616_20231011.json.gz";
    public const string CoinbaseStats = "coinbase/xchange_exchange_rest_example-stats-data.json";
    public const string CoinbaseSpot = "coinbase/xchange_v2_spot_price.json";
    public const string Gemini = "gemini/cf_v2_marketdata_20260809.jsonl.gz";
    public const string GeminiRest = "gemini/gct_rest_give.jsonl.gz";
    public const string KrakenTrades = "kraken/nautilus_http_trades_XBTUSDT_20251110.json.gz";
    public const string KrakenCandles = "kraken/nautilus_http_ohlc_XBTUSDT_20251110.json.gz";

    /// <summary>Messages of a capture with '&lt;receive time ns&gt; &lt;message&gt;' lines.</summary>
    public static IEnumerable<byte[]> Stamped(string file) => Lines(file).Select(l => Encoding.UTF8.GetBytes(l[(l.IndexOf(' ') + 1)..]));

    /// <summary>Received messages of a cryptofeed capture: '&lt;time s&gt;: &lt;message&gt;'; what the client sent is left out.</summary>
    public static IEnumerable<byte[]> Cryptofeed(string file) => Lines(file)
        .Where(l => l.Length > 0 && char.IsAsciiDigit(l[0]))
        .Select(l => Encoding.UTF8.GetBytes(l[(l.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    /// <summary>Messages of a cryptofeed capture of the newer kind: a JSON object a line, the message as a string in it.</summary>
    /// <param name="kind"><c>recv</c> from the socket, or <c>http</c> for REST answers.</param>
    public static IEnumerable<byte[]> Records(string file, string kind = "recv") => Lines(file)
        .Select(l => JsonDocument.Parse(l).RootElement)
        .Where(r => r.GetProperty("t").GetString() == kind)
        .Select(r => Encoding.UTF8.GetBytes(r.GetProperty("data").GetString()!));

    /// <summary>The body of a recorded REST answer.</summary>
    public static JsonElement Rest(string file, string path) => Lines(file).Select(l => JsonDocument.Parse(l).RootElement)
        .First(r => r.GetProperty("path").GetString() == path).GetProperty("body");

    /// <summary>A whole file that is one JSON document.</summary>
    public static JsonElement Document(string file)
    {
        using var stream = File.OpenRead(SharedData.File(file));
        return JsonDocument.Parse(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream).RootElement;
    }

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedData.File(file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
