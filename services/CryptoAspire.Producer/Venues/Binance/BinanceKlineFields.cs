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
            var name = JsonFields.Name(ref json);
            switch (name.Length == 1 ? name[0] : (byte)0)
            {
                case (byte)'s':
                    symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
                    break;
                case (byte)'t':
                    startUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "t");
                    break;
                case (byte)'o':
                    open = JsonFields.Positive(ref JsonFields.Value(ref json), "o");
                    break;
                case (byte)'h':
                    high = JsonFields.Positive(ref JsonFields.Value(ref json), "h");
                    break;
                case (byte)'l':
                    low = JsonFields.Positive(ref JsonFields.Value(ref json), "l");
                    break;
                case (byte)'c':
                    close = JsonFields.Positive(ref JsonFields.Value(ref json), "c");
                    break;
                case (byte)'v':
                    volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "v");
                    break;
                case (byte)'n':
                    trades = JsonFields.Integer(ref JsonFields.Value(ref json), "n");
                    break;
                case (byte)'L':
                    last = JsonFields.Integer(ref JsonFields.Value(ref json), "L");
                    break;
                case (byte)'x':
                    isClosed = JsonFields.Flag(ref JsonFields.Value(ref json), "x");
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    public readonly VenueKline ToKline() => new(
        symbol ?? throw FieldException.Missing("k.s"), startUs ?? throw FieldException.Missing("k.t"), TimeSpan.FromMinutes(1),
        open ?? throw FieldException.Missing("k.o"), high ?? throw FieldException.Missing("k.h"), low ?? throw FieldException.Missing("k.l"),
        close ?? throw FieldException.Missing("k.c"), volume ?? throw FieldException.Missing("k.v"), trades, last > 0 ? last : null,
        isClosed ?? throw FieldException.Missing("k.x"));
}
