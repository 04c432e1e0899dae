using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.MarketSimulator.Venues;

namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>
/// Reads recordings in other shapes than <see cref="CaptureFile"/>'s: sessions of cryptofeed's newer kind (a JSON object a line, the message as text in it) of
/// Coinbase Advanced Trade and Gemini, and Kraken's answer to <c>Trades</c>. Their trades are played as messages of ours, not byte for byte.
/// </summary>
internal static class RecordedMarket
{
    private const string Shapes = "a cryptofeed session of COINBASE or GEMINI, or Kraken's answer to Trades, as JSON";
    private const long MaxBytes = 256 << 20;

    /// <summary>True when the file begins as JSON does.</summary>
    /// <exception cref="CaptureFormatException">The file cannot be read.</exception>
    public static bool IsOne(string path) => Reading(path, text =>
    {
        int c;
        do c = text.Read();
        while (c >= 0 && char.IsWhiteSpace((char)c));
        return c == '{';
    });

    /// <summary>The trades, each with the time at which it was received (Unix µs); of an answer of REST that of the trade itself.</summary>
    /// <exception cref="CaptureFormatException">The file is not such a recording.</exception>
    public static List<(long ReceivedUs, CapturedTrade Trade)> Read(string path)
    {
        var trades = Reading(path, text =>
        {
            var first = text.ReadLine() ?? "";
            return first.Contains("\"t\":\"header\"", StringComparison.Ordinal) ? ReadSession(text, first, path) : ReadAnswer(first + text.ReadToEnd(), path);
        });
        return trades.Count > 0 ? trades : throw new CaptureFormatException(path, 0, "at least one trade");
    }

    private static List<(long, CapturedTrade)> ReadSession(StreamReader text, string header, string path)
    {
        var trades = new List<(long, CapturedTrade)>();
        long number = 1;
        try
        {
            var exchange = JsonDocument.Parse(header).RootElement.GetProperty("exchange").GetString();
            Func<JsonElement, IEnumerable<CapturedTrade>> read = exchange switch
            {
                "COINBASE" => CoinbaseTrades,
                "GEMINI" => GeminiTrades,
                _ => throw new CaptureFormatException(path, 1, $"{Shapes}, but it is of {exchange}"),
            };
            while (text.ReadLine() is { } line)
            {
                number++;
                using var record = JsonDocument.Parse(line);
                if (!record.RootElement.GetProperty("t").ValueEquals("recv")) continue;
                var receivedUs = (long)(record.RootElement.GetProperty("ts").GetDecimal() * 1_000_000);
                using var message = JsonDocument.Parse(record.RootElement.GetProperty("data").GetString()!);
                trades.AddRange(read(message.RootElement).OrderBy(t => t.Id).Select(t => (receivedUs, t)));
            }
            return trades;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new CaptureFormatException(path, number, $"{Shapes}, but {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary><c>side</c> is the maker's.</summary>
    private static IEnumerable<CapturedTrade> CoinbaseTrades(JsonElement message) =>
        !message.TryGetProperty("channel", out var channel) || !channel.ValueEquals("market_trades") ? []
        : message.GetProperty("events").EnumerateArray().SelectMany(e => e.GetProperty("trades").EnumerateArray()).Select(t =>
        {
            var symbol = Symbol.Parse(t.GetProperty("product_id").GetString()!);
            return new CapturedTrade(new Instrument(VenueNames.Coinbase, symbol.Name, symbol.Base, symbol.Quote, 0.01m, 0.00000001m),
                long.Parse(t.GetProperty("trade_id").GetString()!, CultureInfo.InvariantCulture), Wire.UnixUs(t.GetProperty("time").GetDateTimeOffset()),
                Number(t.GetProperty("price")), Number(t.GetProperty("size")), TakerBuys: t.GetProperty("side").ValueEquals("SELL"), []);
        }).ToList();

    private static IEnumerable<CapturedTrade> GeminiTrades(JsonElement message) =>
        message.TryGetProperty("tid", out _) ? GeminiTrade(message) is { } one ? [one] : []
        : message.TryGetProperty("trades", out var trades) ? trades.EnumerateArray().Select(GeminiTrade).OfType<CapturedTrade>().ToList() : [];

    private static CapturedTrade? GeminiTrade(JsonElement trade)
    {
        var id = trade.GetProperty("symbol").GetString()!;
        // Perpetual futures are no spot market.
        if (id.EndsWith("PERP", StringComparison.Ordinal)) return null;
        var symbol = Symbol.Parse(id);
        return new CapturedTrade(new Instrument(VenueNames.Gemini, id, symbol.Base, symbol.Quote, 0.01m, 0.00000001m) { IsRecorded = true },
            trade.GetProperty("tid").GetInt64(), trade.GetProperty("timestamp").GetInt64() * 1_000, Number(trade.GetProperty("price")), Number(trade.GetProperty("quantity")),
            TakerBuys: trade.GetProperty("side").ValueEquals("buy"), []);
    }

    /// <summary><c>{"error":[],"result":{"XBTUSDT":[[price, volume, time, side, type, misc, id], …], "last": …}}</c>.</summary>
    private static List<(long, CapturedTrade)> ReadAnswer(string text, string path)
    {
        try
        {
            using var answer = JsonDocument.Parse(text);
            var trades = new List<(long, CapturedTrade)>();
            foreach (var pair in answer.RootElement.GetProperty("result").EnumerateObject().Where(p => p.Name != "last"))
            {
                var symbol = Symbol.Parse(pair.Name);
                var instrument = new Instrument(VenueNames.Kraken, $"{symbol.Base}/{symbol.Quote}", symbol.Base, symbol.Quote, 0.1m, 0.00000001m);
                foreach (var row in pair.Value.EnumerateArray())
                {
                    var timeUs = (long)(row[2].GetDecimal() * 1_000_000);
                    trades.Add((timeUs, new CapturedTrade(instrument, row[6].GetInt64(), timeUs, Number(row[0]), Number(row[1]), TakerBuys: row[3].ValueEquals("b"), [])));
                }
            }
            return trades;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new CaptureFormatException(path, 1, $"{Shapes}, but {e.Message.TrimEnd('.')}", e);
        }
    }

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture);

    private static T Reading<T>(string path, Func<StreamReader, T> read)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes) throw new CaptureFormatException(path, 0, $"a file of at most {MaxBytes >> 20} MiB");
            var gzipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using var text = new StreamReader(gzipped ? new GZipStream(file, CompressionMode.Decompress) : file);
            return read(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CaptureFormatException(path, 0, $"a readable file, but {e.Message.TrimEnd('.')}", e);
        }
    }
}
