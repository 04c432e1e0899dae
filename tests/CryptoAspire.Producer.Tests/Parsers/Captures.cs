using System.IO.Compression;
using System.Text;
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

    /// <summary>Messages of a capture with '&lt;receive time ns&gt; &lt;message&gt;' lines.</summary>
    public static IEnumerable<byte[]> Stamped(string file) => Lines(file).Select(l => Encoding.UTF8.GetBytes(l[(l.IndexOf(' ') + 1)..]));

    /// <summary>Received messages of a cryptofeed capture: '&lt;time s&gt;: &lt;message&gt;'; what the client sent is left out.</summary>
    public static IEnumerable<byte[]> Cryptofeed(string file) => Lines(file)
        .Where(l => l.Length > 0 && char.IsAsciiDigit(l[0]))
        .Select(l => Encoding.UTF8.GetBytes(l[(l.IndexOf(": ", StringComparison.Ordinal) + 2)..]));

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedData.File(file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
