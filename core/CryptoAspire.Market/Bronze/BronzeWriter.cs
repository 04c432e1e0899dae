using System.Text.Json;

namespace CryptoAspire.Market.Bronze;

/// <summary>Writes the values of the topic <c>crypto_prices</c>: JSON, UTF-8, money and sizes as decimal strings (DESIGN §4).</summary>
public static class BronzeWriter
{
    /// <summary>The contract's version, the field <c>v</c>.</summary>
    public const int Version = 1;

    /// <summary>The record's key: the canonical symbol, so that all venues of a symbol share a partition.</summary>
    public static string KeyOf(Symbol symbol) => symbol.Name;

    /// <summary>Writes one trade; the writer is left flushed.</summary>
    public static void Write(Utf8JsonWriter json, in Trade trade)
    {
        Head(json, "trade"u8, trade.EventTimeUs, trade.ReceivedUs, trade.Symbol);
        Decimal(json, "price"u8, trade.Price);
        Decimal(json, "size"u8, trade.Size);
        json.WriteString("side"u8, trade.Side == Side.Buy ? "buy"u8 : "sell"u8);
        json.WriteNumber("trade_id"u8, trade.TradeId);
        Tail(json, trade.Source, trade.Iteration);
    }

    /// <summary>Writes one ticker; the writer is left flushed.</summary>
    public static void Write(Utf8JsonWriter json, in Ticker ticker)
    {
        Head(json, "ticker"u8, ticker.EventTimeUs, ticker.ReceivedUs, ticker.Symbol);
        Decimal(json, "price"u8, ticker.Price);
        if (ticker.Bid is { } bid)
            Decimal(json, "bid"u8, bid);
        if (ticker.Ask is { } ask)
            Decimal(json, "ask"u8, ask);
        if (ticker.Volume24h is { } volume)
            Decimal(json, "volume_24h"u8, volume);
        Tail(json, ticker.Source, ticker.Iteration);
    }

    /// <summary>The value of one trade as an array of its own.</summary>
    public static byte[] ToUtf8(in Trade trade)
    {
        using var buffer = new MemoryStream(384);
        using var json = new Utf8JsonWriter(buffer);
        Write(json, trade);
        return buffer.ToArray();
    }

    /// <summary>The value of one ticker as an array of its own.</summary>
    public static byte[] ToUtf8(in Ticker ticker)
    {
        using var buffer = new MemoryStream(384);
        using var json = new Utf8JsonWriter(buffer);
        Write(json, ticker);
        return buffer.ToArray();
    }

    private static void Head(Utf8JsonWriter json, ReadOnlySpan<byte> kind, long eventTimeUs, long receivedUs, Symbol symbol)
    {
        json.WriteStartObject();
        json.WriteNumber("v"u8, Version);
        json.WriteString("kind"u8, kind);
        json.WriteNumber("timestamp"u8, eventTimeUs / 1000);
        json.WriteNumber("event_time_us"u8, eventTimeUs);
        json.WriteNumber("received_us"u8, receivedUs);
        json.WriteString("symbol"u8, symbol.Name);
        json.WriteString("base"u8, symbol.Base);
        json.WriteString("currency"u8, symbol.Quote);
    }

    private static void Tail(Utf8JsonWriter json, string source, long iteration)
    {
        json.WriteString("source"u8, source);
        json.WriteNumber("iteration"u8, iteration);
        json.WriteEndObject();
        json.Flush();
    }

    private static void Decimal(Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal value)
    {
        Span<byte> text = stackalloc byte[DecimalText.LongestUtf8];
        json.WriteString(name, DecimalText.Format(value, text));
    }
}
