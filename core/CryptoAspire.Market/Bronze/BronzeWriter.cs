using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CryptoAspire.Market.Bronze;

/// <summary>
/// Writes the values of the topic <c>crypto_prices</c>: JSON, UTF-8, money and sizes as decimal strings (DESIGN §4). Field by field into room on the stack, because
/// every trade passes here: of a value only its own bytes are allocated.
/// </summary>
public static class BronzeWriter
{
    /// <summary>The contract's version, the field <c>v</c>.</summary>
    public const int Version = 1;

    // All names and numbers at their longest are below 500 bytes, a symbol's three texts below 70.
    private const int Room = 640, LongestSource = 40;

    // As many as there are sources.
    private static readonly ConcurrentDictionary<string, byte[]> Sources = new(StringComparer.Ordinal);

    /// <summary>The record's key: the canonical symbol, so that all venues of a symbol share a partition.</summary>
    public static string KeyOf(Symbol symbol) => symbol.Name;

    /// <summary>The value of one trade.</summary>
    public static byte[] ToUtf8(in Trade trade)
    {
        var source = Encoded(trade.Source);
        var line = new Line(source.Length <= LongestSource ? stackalloc byte[Room] : new byte[Room + source.Length]);
        Head(ref line, "{\"v\":1,\"kind\":\"trade\",\"timestamp\":"u8, trade.EventTimeUs, trade.ReceivedUs, trade.Symbol);
        line.Decimal(",\"price\":\""u8, trade.Price);
        line.Decimal("\",\"size\":\""u8, trade.Size);
        line.Text(trade.Side == Side.Buy ? "\",\"side\":\"buy\""u8 : "\",\"side\":\"sell\""u8);
        line.Number(",\"trade_id\":"u8, trade.TradeId);
        return Tail(ref line, source, trade.Iteration);
    }

    /// <summary>The value of one ticker.</summary>
    public static byte[] ToUtf8(in Ticker ticker)
    {
        var source = Encoded(ticker.Source);
        var line = new Line(source.Length <= LongestSource ? stackalloc byte[Room] : new byte[Room + source.Length]);
        Head(ref line, "{\"v\":1,\"kind\":\"ticker\",\"timestamp\":"u8, ticker.EventTimeUs, ticker.ReceivedUs, ticker.Symbol);
        line.Decimal(",\"price\":\""u8, ticker.Price);
        line.Text("\""u8);
        Optional(ref line, ",\"bid\":\""u8, ticker.Bid);
        Optional(ref line, ",\"ask\":\""u8, ticker.Ask);
        Optional(ref line, ",\"volume_24h\":\""u8, ticker.Volume24h);
        return Tail(ref line, source, ticker.Iteration);
    }

    private static void Head(ref Line line, ReadOnlySpan<byte> begin, long eventTimeUs, long receivedUs, Symbol symbol)
    {
        line.Number(begin, eventTimeUs / 1000);
        line.Number(",\"event_time_us\":"u8, eventTimeUs);
        line.Number(",\"received_us\":"u8, receivedUs);
        // Letters and digits, which need no escaping.
        line.Ascii(",\"symbol\":\""u8, symbol.Name);
        line.Ascii("\",\"base\":\""u8, symbol.Base);
        line.Ascii("\",\"currency\":\""u8, symbol.Quote);
        line.Text("\""u8);
    }

    private static byte[] Tail(ref Line line, byte[] source, long iteration)
    {
        line.Text(",\"source\":\""u8);
        line.Text(source);
        line.Number("\",\"iteration\":"u8, iteration);
        line.Text("}"u8);
        return line.Written.ToArray();
    }

    private static void Optional(ref Line line, ReadOnlySpan<byte> name, decimal? value)
    {
        if (value is not { } number)
            return;
        line.Decimal(name, number);
        line.Text("\""u8);
    }

    private static byte[] Encoded(string source) => Sources.GetOrAdd(source, static text => JsonEncodedText.Encode(text).EncodedUtf8Bytes.ToArray());

    private ref struct Line(Span<byte> room)
    {
        private readonly Span<byte> _room = room;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _room[.._length];

        public void Text(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_room[_length..]);
            _length += text.Length;
        }

        public void Ascii(ReadOnlySpan<byte> name, string text)
        {
            Text(name);
            _length += Encoding.ASCII.GetBytes(text, _room[_length..]);
        }

        public void Number(ReadOnlySpan<byte> name, long value)
        {
            Text(name);
            value.TryFormat(_room[_length..], out var written, default, CultureInfo.InvariantCulture);
            _length += written;
        }

        public void Decimal(ReadOnlySpan<byte> name, decimal value)
        {
            Text(name);
            _length += DecimalText.Format(value, _room[_length..]).Length;
        }
    }
}
