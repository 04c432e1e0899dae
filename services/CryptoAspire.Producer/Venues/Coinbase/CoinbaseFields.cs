using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Coinbase;

/// <summary>The fields of a Coinbase Exchange message as they come.</summary>
internal struct CoinbaseFields(FeedFrame frame)
{
    public string? Product, Message, Reason;
    private long? lastTradeId, tradeId, timeUs;
    private decimal? price, size, bid, ask, volume;
    private bool? buys;

    public void Read(ref Utf8JsonReader json)
    {
        var name = JsonFields.Name(ref json);
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("time"u8):
                timeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "time");
                break;
            case 4 when name.SequenceEqual("side"u8):
                buys = ReadSide(ref JsonFields.Value(ref json));
                break;
            case 4 when name.SequenceEqual("size"u8):
                size = JsonFields.Positive(ref JsonFields.Value(ref json), "size");
                break;
            case 5 when name.SequenceEqual("price"u8):
                price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
                break;
            case 6 when name.SequenceEqual("reason"u8):
                Reason = JsonFields.Value(ref json).GetString();
                break;
            case 7 when name.SequenceEqual("message"u8):
                Message = JsonFields.Value(ref json).GetString();
                break;
            case 8 when name.SequenceEqual("trade_id"u8):
                tradeId = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
                break;
            case 8 when name.SequenceEqual("best_bid"u8):
                bid = JsonFields.NotNegative(ref JsonFields.Value(ref json), "best_bid");
                break;
            case 8 when name.SequenceEqual("best_ask"u8):
                ask = JsonFields.NotNegative(ref JsonFields.Value(ref json), "best_ask");
                break;
            case 10 when name.SequenceEqual("product_id"u8):
                Product = JsonFields.Word(ref JsonFields.Value(ref json), "product_id", frame.Words);
                break;
            case 10 when name.SequenceEqual("volume_24h"u8):
                volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "volume_24h");
                break;
            case 13 when name.SequenceEqual("last_trade_id"u8):
                lastTradeId = ReadLastTradeId(ref JsonFields.Value(ref json));
                break;
            default:
                json.Skip();
                break;
        }
    }

    public readonly VenueTrade ToTrade() => new(
        Product ?? throw FieldException.Missing("product_id"), tradeId ?? throw FieldException.Missing("trade_id"),
        timeUs ?? throw FieldException.Missing("time"), price ?? throw FieldException.Missing("price"), size ?? throw FieldException.Missing("size"),
        // The printed side is the maker's: the taker did the opposite.
        (buys ?? throw FieldException.Missing("side")) ? Side.Sell : Side.Buy);

    public readonly VenueTicker ToTicker() => new(
        Product ?? throw FieldException.Missing("product_id"), timeUs ?? throw FieldException.Missing("time"),
        price ?? throw FieldException.Missing("price"), bid, ask, volume);

    public readonly TradePromise ToPromise() =>
        new(Product ?? throw FieldException.Missing("product_id"), lastTradeId ?? throw FieldException.Missing("last_trade_id"));

    private static bool ReadSide(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            if (json.ValueTextEquals("buy"u8)) return true;
            if (json.ValueTextEquals("sell"u8)) return false;
        }
        throw FieldException.Impossible("side", JsonFields.Text(ref json), "buy or sell");
    }

    /// <summary>0 before a product's first trade.</summary>
    private static long ReadLastTradeId(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var id) && id >= 0
        ? id
        : throw FieldException.Impossible("last_trade_id", JsonFields.Text(ref json), "a whole number");
}
