using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Kraken;

/// <summary>The fields of a trade or a ticker as they come.</summary>
internal struct KrakenFields
{
    private string? symbol;
    private long? tradeId, timeUs;
    private decimal? price, size, last, bid, ask, volume;
    private Side? side;

    public static KrakenFields Read(ref Utf8JsonReader json, WordCache words)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw FieldException.Impossible("data", json.TokenType.ToString(), "an array of objects");
        var fields = new KrakenFields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.ReadOne(ref json, words);
        return fields;
    }

    public readonly VenueTrade ToTrade() => new(
        symbol ?? throw FieldException.Missing("symbol"), tradeId ?? throw FieldException.Missing("trade_id"),
        timeUs ?? throw FieldException.Missing("timestamp"), price ?? throw FieldException.Missing("price"), size ?? throw FieldException.Missing("qty"),
        side ?? throw FieldException.Missing("side"));

    /// <summary>Older servers print no timestamp in tickers: 0 stands for the time of receipt.</summary>
    public readonly VenueTicker ToTicker() =>
        new(symbol ?? throw FieldException.Missing("symbol"), timeUs ?? 0, last ?? throw FieldException.Missing("last"), bid, ask, volume);

    private void ReadOne(ref Utf8JsonReader json, WordCache words)
    {
        var name = JsonFields.Name(ref json);
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("qty"u8):
                size = JsonFields.Positive(ref JsonFields.Value(ref json), "qty");
                break;
            case 3 when name.SequenceEqual("bid"u8):
                bid = JsonFields.Optional(ref JsonFields.Value(ref json), "bid");
                break;
            case 3 when name.SequenceEqual("ask"u8):
                ask = JsonFields.Optional(ref JsonFields.Value(ref json), "ask");
                break;
            case 4 when name.SequenceEqual("side"u8):
                side = KrakenParser.ReadSide(ref JsonFields.Value(ref json), "buy"u8, "sell"u8);
                break;
            case 4 when name.SequenceEqual("last"u8):
                last = JsonFields.Positive(ref JsonFields.Value(ref json), "last");
                break;
            case 5 when name.SequenceEqual("price"u8):
                price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
                break;
            case 6 when name.SequenceEqual("symbol"u8):
                symbol = JsonFields.Word(ref JsonFields.Value(ref json), "symbol", words);
                break;
            case 6 when name.SequenceEqual("volume"u8):
                volume = JsonFields.Optional(ref JsonFields.Value(ref json), "volume");
                break;
            case 8 when name.SequenceEqual("trade_id"u8):
                tradeId = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
                break;
            case 9 when name.SequenceEqual("timestamp"u8):
                timeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "timestamp");
                break;
            default:
                json.Skip();
                break;
        }
    }
}
