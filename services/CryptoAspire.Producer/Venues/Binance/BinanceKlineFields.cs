using System.Text.Json;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>The fields of a one-minute candle's <c>k</c> as they come; <c>f</c> and <c>L</c> are −1 in a minute without a trade, <c>B</c> is to be ignored.</summary>
internal struct BinanceKlineFields
{
    private string? symbol;
    private long? startUs, trades, last;
    private decimal? open, high, low, close, volume;
    private bool? isClosed;

    public void Read(ref Utf8JsonReader json, WordCache words)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new FieldException("k is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("s"u8)) symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
            else if (json.ValueTextEquals("t"u8)) startUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "t");
            else if (json.ValueTextEquals("o"u8)) open = JsonFields.Positive(ref JsonFields.Value(ref json), "o");
            else if (json.ValueTextEquals("h"u8)) high = JsonFields.Positive(ref JsonFields.Value(ref json), "h");
            else if (json.ValueTextEquals("l"u8)) low = JsonFields.Positive(ref JsonFields.Value(ref json), "l");
            else if (json.ValueTextEquals("c"u8)) close = JsonFields.Positive(ref JsonFields.Value(ref json), "c");
            else if (json.ValueTextEquals("v"u8)) volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "v");
            else if (json.ValueTextEquals("n"u8)) trades = JsonFields.Integer(ref JsonFields.Value(ref json), "n");
            else if (json.ValueTextEquals("L"u8)) last = JsonFields.Integer(ref JsonFields.Value(ref json), "L");
            else if (json.ValueTextEquals("x"u8)) isClosed = JsonFields.Flag(ref JsonFields.Value(ref json), "x");
            else json.Skip();
        }
    }

    public readonly VenueKline ToKline() => new(
        symbol ?? throw FieldException.Missing("k.s"), startUs ?? throw FieldException.Missing("k.t"), TimeSpan.FromMinutes(1),
        open ?? throw FieldException.Missing("k.o"), high ?? throw FieldException.Missing("k.h"), low ?? throw FieldException.Missing("k.l"),
        close ?? throw FieldException.Missing("k.c"), volume ?? throw FieldException.Missing("k.v"), trades, last > 0 ? last : null,
        isClosed ?? throw FieldException.Missing("k.x"));
}
