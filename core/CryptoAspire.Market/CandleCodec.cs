using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CryptoAspire.Market;

/// <summary>
/// The values of the topic <c>crypto_candles</c> (key = symbol): JSON, UTF-8, decimals as strings, <c>start</c> in ISO 8601 UTC:
/// <c>{"symbol":"BTC-USD","venue":"*","interval":"1m","start":"2024-08-08T23:55:00Z","open":"…","high":"…","low":"…","close":"…",
/// "volume":"…","notional":"…","buy_volume":"…","trade_count":12,"status":"open","revision":3}</c>.
/// An announcement may be lost or repeated: a reader ignores a revision that it has passed.
/// </summary>
public static class CandleCodec
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    // Each thread writes every candle with the same writer.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public static byte[] ToUtf8(Candle candle)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(384);
        var json = _writer ??= new Utf8JsonWriter(buffer);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("symbol"u8, candle.Symbol);
        json.WriteString("venue"u8, candle.Venue);
        json.WriteString("interval"u8, candle.Interval.Name());
        Span<char> start = stackalloc char[20];
        candle.Start.ToUniversalTime().TryFormat(start, out var length, TimeFormat, CultureInfo.InvariantCulture);
        json.WriteString("start"u8, start[..length]);
        Decimal(json, "open"u8, candle.Open);
        Decimal(json, "high"u8, candle.High);
        Decimal(json, "low"u8, candle.Low);
        Decimal(json, "close"u8, candle.Close);
        Decimal(json, "volume"u8, candle.Volume);
        Decimal(json, "notional"u8, candle.Notional);
        Decimal(json, "buy_volume"u8, candle.BuyVolume);
        json.WriteNumber("trade_count"u8, candle.TradeCount);
        json.WriteString("status"u8, NameOf(candle.Status));
        json.WriteNumber("revision"u8, candle.Revision);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an announcement; false when it is not one. Never throws on input.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> value, [NotNullWhen(true)] out Candle? candle)
    {
        candle = null;
        try
        {
            using var document = JsonDocument.Parse(value);
            candle = Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // JsonDocument and JsonElement have no way without exceptions to say that a field is missing or of another type.
        }

        return candle is not null;
    }

    public static string NameOf(CandleStatus status) => status switch
    {
        CandleStatus.Open => "open",
        CandleStatus.Final => "final",
        _ => "corrected",
    };

    /// <exception cref="FormatException">Not one of open, final, corrected.</exception>
    public static CandleStatus StatusOf(string? name) => name switch
    {
        "open" => CandleStatus.Open,
        "final" => CandleStatus.Final,
        "corrected" => CandleStatus.Corrected,
        _ => throw new FormatException($"'{name}' is not a candle's status."),
    };

    private static Candle Read(JsonElement json) => new()
    {
        Symbol = Text(json, "symbol"),
        Venue = Text(json, "venue"),
        Interval = Intervals.Parse(Text(json, "interval")),
        Start = DateTimeOffset.ParseExact(Text(json, "start"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        Open = Decimal(json, "open"),
        High = Decimal(json, "high"),
        Low = Decimal(json, "low"),
        Close = Decimal(json, "close"),
        Volume = Decimal(json, "volume"),
        Notional = Decimal(json, "notional"),
        BuyVolume = Decimal(json, "buy_volume"),
        TradeCount = json.GetProperty("trade_count").GetInt64(),
        Status = StatusOf(Text(json, "status")),
        Revision = json.GetProperty("revision").GetInt64(),
    };

    private static string Text(JsonElement json, string field) =>
        json.GetProperty(field).GetString() ?? throw new FormatException($"{field} is null.");

    private static decimal Decimal(JsonElement json, string field) =>
        decimal.TryParse(Text(json, field), NumberStyles.Number, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"{field} is not a decimal.");

    private static void Decimal(Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal value)
    {
        Span<byte> text = stackalloc byte[DecimalText.LongestUtf8];
        json.WriteString(name, DecimalText.Format(value, text));
    }
}
