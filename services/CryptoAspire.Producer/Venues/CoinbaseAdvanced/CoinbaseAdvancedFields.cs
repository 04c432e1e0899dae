using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.CoinbaseAdvanced;

/// <summary>The fields of a trade, a ticker or a candle of the Advanced Trade feed as they come.</summary>
internal struct CoinbaseAdvancedFields
{
    private string? product;
    private long? tradeId, timeUs, startUs;
    private decimal? price, size, bid, ask, volume, open, high, low, close;
    private bool? makerBuys;

    public static CoinbaseAdvancedFields Read(ref Utf8JsonReader json, WordCache words)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw FieldException.Impossible("element", json.TokenType.ToString(), "an object");
        var fields = new CoinbaseAdvancedFields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.ReadOne(ref json, words);
        return fields;
    }

    public readonly VenueTrade ToTrade() => new(
        product ?? throw FieldException.Missing("product_id"), tradeId ?? throw FieldException.Missing("trade_id"),
        timeUs ?? throw FieldException.Missing("time"), price ?? throw FieldException.Missing("price"), size ?? throw FieldException.Missing("size"),
        // The printed side is the maker's: the taker did the opposite.
        (makerBuys ?? throw FieldException.Missing("side")) ? Side.Sell : Side.Buy);

    /// <summary>Without its time, which the envelope has.</summary>
    public readonly VenueTicker ToTicker() =>
        new(product ?? throw FieldException.Missing("product_id"), 0, price ?? throw FieldException.Missing("price"), bid, ask, volume);

    /// <summary>It lags the trades by 6 to 18 s and never says that it is final.</summary>
    public readonly VenueKline ToCandle() => new(
        product ?? throw FieldException.Missing("product_id"), startUs ?? throw FieldException.Missing("start"), CoinbaseAdvancedVenue.CandleLength,
        open ?? throw FieldException.Missing("open"), high ?? throw FieldException.Missing("high"), low ?? throw FieldException.Missing("low"),
        close ?? throw FieldException.Missing("close"), volume ?? throw FieldException.Missing("volume"), null, null, IsClosed: false);

    private void ReadOne(ref Utf8JsonReader json, WordCache words)
    {
        var name = JsonFields.Name(ref json);
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("low"u8):
                low = JsonFields.Positive(ref JsonFields.Value(ref json), "low");
                break;
            case 4 when name.SequenceEqual("time"u8):
                timeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "time");
                break;
            case 4 when name.SequenceEqual("side"u8):
                makerBuys = ReadSide(ref JsonFields.Value(ref json));
                break;
            case 4 when name.SequenceEqual("size"u8):
                size = JsonFields.Positive(ref JsonFields.Value(ref json), "size");
                break;
            case 4 when name.SequenceEqual("open"u8):
                open = JsonFields.Positive(ref JsonFields.Value(ref json), "open");
                break;
            case 4 when name.SequenceEqual("high"u8):
                high = JsonFields.Positive(ref JsonFields.Value(ref json), "high");
                break;
            case 5 when name.SequenceEqual("price"u8):
                price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
                break;
            case 5 when name.SequenceEqual("close"u8):
                close = JsonFields.Positive(ref JsonFields.Value(ref json), "close");
                break;
            case 5 when name.SequenceEqual("start"u8):
                startUs = JsonFields.UnixSecondsUs(ref JsonFields.Value(ref json), "start");
                break;
            case 6 when name.SequenceEqual("volume"u8):
                volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "volume");
                break;
            case 8 when name.SequenceEqual("trade_id"u8):
                tradeId = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
                break;
            case 8 when name.SequenceEqual("best_bid"u8):
                bid = JsonFields.Optional(ref JsonFields.Value(ref json), "best_bid");
                break;
            case 8 when name.SequenceEqual("best_ask"u8):
                ask = JsonFields.Optional(ref JsonFields.Value(ref json), "best_ask");
                break;
            case 10 when name.SequenceEqual("product_id"u8):
                product = JsonFields.Word(ref JsonFields.Value(ref json), "product_id", words);
                break;
            case 11 when name.SequenceEqual("volume_24_h"u8):
                volume = JsonFields.Optional(ref JsonFields.Value(ref json), "volume_24_h");
                break;
            default:
                json.Skip();
                break;
        }
    }

    private static bool ReadSide(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("BUY"u8)) return true;
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SELL"u8)) return false;
        throw FieldException.Impossible("side", JsonFields.Text(ref json), "BUY or SELL");
    }
}
