using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>
/// Reads messages of Gemini's v2 market data. There is no trade channel: trades come with the order book's, and a symbol's first message holds its last
/// hundred, old ones, again after each reconnect; it is also the only confirmation that there is. <c>side</c> is the taker's.
/// Source: docs.gemini.com/websocket/archived/v2, and a recorded session.
/// </summary>
internal static class GeminiParser
{
    /// <summary>An element of <c>GET /v1/trades/{symbol}</c>; null for an auction's or a block's, which had no taker, and for one that was reversed.</summary>
    /// <param name="json">Inside the object; afterwards at its end.</param>
    /// <exception cref="FieldException">It is not such an element.</exception>
    public static VenueTrade? ParseRestTrade(ref Utf8JsonReader json, string instrumentId)
    {
        var trade = new Fields { Symbol = instrumentId };
        var isOrdinary = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("timestampms"u8)) trade.TimeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "timestampms");
            else if (json.ValueTextEquals("timestamp"u8)) JsonFields.Value(ref json).Skip();   // the same in seconds
            else if (json.ValueTextEquals("amount"u8)) trade.Size = JsonFields.Positive(ref JsonFields.Value(ref json), "amount");
            else if (json.ValueTextEquals("broken"u8)) isOrdinary &= !JsonFields.Flag(ref JsonFields.Value(ref json), "broken");
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.String && (json.ValueTextEquals("auction"u8) || json.ValueTextEquals("block"u8))) isOrdinary = false;
                else trade.Side = ReadSide(ref json);
            }
            else trade.ReadOne(ref json, null);
        }
        return isOrdinary ? trade.ToTrade() : null;
    }

    public static bool Read(ref Utf8JsonReader json, FeedFrame frame)
    {
        var message = new Fields();
        var (hasTrades, reason) = (false, (string?)null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("trades"u8))
            {
                frame.ReadArray(ref JsonFields.Value(ref json), "trades", ReadTrade);
                hasTrades = true;
            }
            else if (json.ValueTextEquals("reason"u8) || json.ValueTextEquals("message"u8)) reason = JsonFields.Value(ref json).TokenType == JsonTokenType.String ? json.GetString() : null;
            else message.ReadOne(ref json, frame.Words);
        }
        switch (message.Kind)
        {
            case Kind.Trade:
                frame.Trades.Add(message.ToTrade());
                break;
            case Kind.Book when hasTrades:
                frame.Confirm(GeminiVenue.Book, message.Symbol ?? throw FieldException.Missing("symbol"));
                break;
            case Kind.Error:
                frame.Refuse(reason ?? "no reason given");
                break;
            case Kind.None:
                throw FieldException.Missing("type");
        }
        return true;
    }

    private static bool ReadTrade(ref Utf8JsonReader json, FeedFrame frame)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw FieldException.Impossible("trades", json.TokenType.ToString(), "an array of objects");
        var trade = new Fields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) trade.ReadOne(ref json, frame.Words);
        if (trade.Kind == Kind.Trade) frame.Trades.Add(trade.ToTrade());
        return true;
    }

    private static Side ReadSide(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("buy"u8)) return Side.Buy;
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("sell"u8)) return Side.Sell;
        throw FieldException.Impossible("side", JsonFields.Text(ref json), "buy or sell");
    }

    private enum Kind
    {
        None,

        /// <summary>heartbeat, candles, block and auction trades, and whatever will be added.</summary>
        Other,
        Trade,
        Book,
        Error,
    }

    private struct Fields
    {
        public string? Symbol;
        public long? TimeUs;
        public decimal? Size;
        public Side? Side;
        private long? id;
        private decimal? price;

        public Kind Kind { get; private set; }

        /// <param name="words">Null where the symbol is known.</param>
        public void ReadOne(ref Utf8JsonReader json, WordCache? words)
        {
            if (json.ValueTextEquals("type"u8)) Kind = ReadKind(ref JsonFields.Value(ref json));
            else if (json.ValueTextEquals("symbol"u8) && words is not null) Symbol = JsonFields.Word(ref JsonFields.Value(ref json), "symbol", words);
            else if (json.ValueTextEquals("tid"u8)) id = JsonFields.Id(ref JsonFields.Value(ref json), "tid");
            else if (json.ValueTextEquals("timestamp"u8)) TimeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "timestamp");
            else if (json.ValueTextEquals("price"u8)) price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
            else if (json.ValueTextEquals("quantity"u8)) Size = JsonFields.Positive(ref JsonFields.Value(ref json), "quantity");
            else if (json.ValueTextEquals("side"u8)) Side = ReadSide(ref JsonFields.Value(ref json));
            else JsonFields.Value(ref json).Skip();
        }

        public readonly VenueTrade ToTrade() => new(
            Symbol ?? throw FieldException.Missing("symbol"), id ?? throw FieldException.Missing("tid"), TimeUs ?? throw FieldException.Missing("timestamp"),
            price ?? throw FieldException.Missing("price"), Size ?? throw FieldException.Missing("quantity"), Side ?? throw FieldException.Missing("side"));

        private static Kind ReadKind(ref Utf8JsonReader json)
        {
            if (json.TokenType != JsonTokenType.String) throw FieldException.Impossible("type", json.TokenType.ToString(), "a name");
            return json.ValueTextEquals("trade"u8) ? Kind.Trade
                : json.ValueTextEquals("l2_updates"u8) ? Kind.Book
                : json.ValueTextEquals("error"u8) ? Kind.Error
                : Kind.Other;
        }
    }
}
