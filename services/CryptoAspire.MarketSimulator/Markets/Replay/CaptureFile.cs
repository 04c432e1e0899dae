using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>
/// Reads a capture of Binance's combined stream: text, gzipped or not, each line <c>&lt;receive time, Unix ns&gt; &lt;one JSON message&gt;</c>.
/// Trades are kept with their bytes as recorded; order books and the REST snapshot that the recorder mixes in are passed over.
/// </summary>
public static class CaptureFile
{
    private const string LineShape = "'<receive time in Unix nanoseconds> <JSON message of a combined stream>'";
    private const int MaxLineBytes = 4 << 20;

    /// <summary>The trades of the file in recorded order, each with the time at which it was received (Unix µs by the recorder's clock).</summary>
    /// <exception cref="CaptureFormatException">The file is missing, unreadable or not such a capture.</exception>
    public static List<(long ReceivedUs, CapturedTrade Trade)> Read(string path)
    {
        var trades = new List<(long, CapturedTrade)>();
        long number = 0;
        try
        {
            using var file = File.OpenRead(path);
            using var text = Open(file);
            while (ReadLine(text, path, number + 1) is { } line)
            {
                number++;
                if (line.Length == 0) continue;
                if (Parse(line, path, number) is { } trade) trades.Add(trade);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaptureFormatException(path, number, $"a readable file, but {e.Message.TrimEnd('.')}", e);
        }
        catch (InvalidDataException e)
        {
            throw new CaptureFormatException(path, number + 1, $"gzip data, but {e.Message.TrimEnd('.')}", e);
        }
        if (trades.Count == 0) throw new CaptureFormatException(path, number, "at least one message of a '<symbol>@trade' stream before the end of the file");
        return trades;
    }

    private static StreamReader Open(FileStream file)
    {
        var gzipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return new StreamReader(gzipped ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
    }

    /// <summary>As <see cref="TextReader.ReadLine"/>, but a file without line breaks is refused instead of being read whole.</summary>
    private static string? ReadLine(StreamReader text, string path, long number)
    {
        var line = new StringBuilder();
        for (int c; (c = text.Read()) >= 0;)
        {
            if (c == '\n') return line.ToString().TrimEnd('\r');
            if (line.Length >= MaxLineBytes) throw new CaptureFormatException(path, number, $"a line of at most {MaxLineBytes} characters: {LineShape}");
            line.Append((char)c);
        }
        return line.Length > 0 ? line.ToString() : null;
    }

    private static (long, CapturedTrade)? Parse(string line, string path, long number)
    {
        var space = line.IndexOf(' ');
        if (space < 16 || !long.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var receivedNs))
            throw new CaptureFormatException(path, number, LineShape);
        var wire = Encoding.UTF8.GetBytes(line, space + 1, line.Length - space - 1);
        try
        {
            using var message = JsonDocument.Parse(wire);
            if (message.RootElement.ValueKind != JsonValueKind.Object) throw new CaptureFormatException(path, number, LineShape);
            if (!message.RootElement.TryGetProperty("stream", out var stream) || stream.GetString()?.EndsWith("@trade", StringComparison.Ordinal) != true)
                return null;
            var data = message.RootElement.GetProperty("data");
            // Futures print the insurance fund's and other technical trades too: X says so, and some have no price.
            if (data.TryGetProperty("X", out var kind) && kind.GetString() != "MARKET") return null;
            var trade = new CapturedTrade(
                BinanceSymbol.Parse(data.GetProperty("s").GetString()!, path), data.GetProperty("t").GetInt64(), data.GetProperty("T").GetInt64() * 1_000,
                decimal.Parse(data.GetProperty("p").GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture),
                decimal.Parse(data.GetProperty("q").GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture),
                TakerBuys: !data.GetProperty("m").GetBoolean(), wire);
            return (receivedNs / 1_000, trade);
        }
        catch (JsonException e)
        {
            throw new CaptureFormatException(path, number, $"{LineShape}, but the JSON is broken", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentNullException)
        {
            throw new CaptureFormatException(path, number, "a trade with s, t, T, p, q and m as in Binance's trade stream", e);
        }
    }
}
