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
        if (json.ValueTextEquals("product_id"u8)) product = JsonFields.Word(ref JsonFields.Value(ref json), "product_id", words);
        else if (json.ValueTextEquals("trade_id"u8)) tradeId = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
        else if (json.ValueTextEquals("price"u8)) price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
        else if (json.ValueTextEquals("size"u8)) size = JsonFields.Positive(ref JsonFields.Value(ref json), "size");
        else if (json.ValueTextEquals("time"u8)) timeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "time");
        else if (json.ValueTextEquals("side"u8)) makerBuys = ReadSide(ref JsonFields.Value(ref json));
        else if (json.ValueTextEquals("best_bid"u8)) bid = JsonFields.Optional(ref JsonFields.Value(ref json), "best_bid");
        else if (json.ValueTextEquals("best_ask"u8)) ask = JsonFields.Optional(ref JsonFields.Value(ref json), "best_ask");
        else if (json.ValueTextEquals("volume_24_h"u8)) volume = JsonFields.Optional(ref JsonFields.Value(ref json), "volume_24_h");
        else if (json.ValueTextEquals("start"u8)) startUs = JsonFields.UnixSecondsUs(ref JsonFields.Value(ref json), "start");
        else if (json.ValueTextEquals("open"u8)) open = JsonFields.Positive(ref JsonFields.Value(ref json), "open");
        else if (json.ValueTextEquals("high"u8)) high = JsonFields.Positive(ref JsonFields.Value(ref json), "high");
        else if (json.ValueTextEquals("low"u8)) low = JsonFields.Positive(ref JsonFields.Value(ref json), "low");
        else if (json.ValueTextEquals("close"u8)) close = JsonFields.Positive(ref JsonFields.Value(ref json), "close");
        else if (json.ValueTextEquals("volume"u8)) volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "volume");
        else json.Skip();
    }

    private static bool ReadSide(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("BUY"u8)) return true;
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SELL"u8)) return false;
        throw FieldException.Impossible("side", JsonFields.Text(ref json), "BUY or SELL");
    }
}
