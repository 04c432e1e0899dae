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
        if (json.ValueTextEquals("product_id"u8)) Product = JsonFields.Word(ref JsonFields.Value(ref json), "product_id", frame.Words);
        else if (json.ValueTextEquals("trade_id"u8)) tradeId = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
        else if (json.ValueTextEquals("price"u8)) price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
        else if (json.ValueTextEquals("size"u8)) size = JsonFields.Positive(ref JsonFields.Value(ref json), "size");
        else if (json.ValueTextEquals("time"u8)) timeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "time");
        else if (json.ValueTextEquals("side"u8)) buys = ReadSide(ref JsonFields.Value(ref json));
        else if (json.ValueTextEquals("best_bid"u8)) bid = JsonFields.NotNegative(ref JsonFields.Value(ref json), "best_bid");
        else if (json.ValueTextEquals("best_ask"u8)) ask = JsonFields.NotNegative(ref JsonFields.Value(ref json), "best_ask");
        else if (json.ValueTextEquals("volume_24h"u8)) volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "volume_24h");
        else if (json.ValueTextEquals("last_trade_id"u8)) lastTradeId = ReadLastTradeId(ref JsonFields.Value(ref json));
        else if (json.ValueTextEquals("message"u8)) Message = JsonFields.Value(ref json).GetString();
        else if (json.ValueTextEquals("reason"u8)) Reason = JsonFields.Value(ref json).GetString();
        else json.Skip();
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
