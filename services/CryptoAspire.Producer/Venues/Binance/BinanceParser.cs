using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// Reads messages of Binance's combined stream. <c>T</c> is the trade's time, <c>E</c> only the message's; <c>m</c> true means that the buyer was the maker, so the taker sold.
/// </summary>
internal static class BinanceParser
{
    public static FeedMessage Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var json = new Utf8JsonReader(message);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return FeedMessage.Invalid("not a JSON object");
            return ParseEnvelope(ref json);
        }
        catch (JsonException e)
        {
            return FeedMessage.Invalid($"broken JSON at byte {e.BytePositionInLine}");
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException or KeyNotFoundException)
        {
            return FeedMessage.Invalid(e.Message);
        }
    }

    /// <summary>An element of <c>/api/v3/trades</c> and <c>/api/v3/historicalTrades</c>.</summary>
    public static VenueTrade ParseRestTrade(ref Utf8JsonReader json, string instrumentId)
    {
        var fields = new Fields { Symbol = instrumentId };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8)) fields.ReadId(ref json, "id");
            else if (json.ValueTextEquals("price"u8)) fields.ReadPrice(ref json, "price");
            else if (json.ValueTextEquals("qty"u8)) fields.ReadSize(ref json, "qty");
            else if (json.ValueTextEquals("time"u8)) fields.ReadTime(ref json, "time");
            else if (json.ValueTextEquals("isBuyerMaker"u8)) fields.ReadMaker(ref json, "isBuyerMaker");
            else json.Skip();
        }
        return fields.ToTrade();
    }

    private static FeedMessage ParseEnvelope(ref Utf8JsonReader json)
    {
        var isTrade = false;
        FeedMessage? message = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("stream"u8))
            {
                json.Read();
                isTrade = JsonFields.Word(ref json, "stream").EndsWith("@trade", StringComparison.Ordinal);
                if (!isTrade) return FeedMessage.Ignored;
            }
            else if (json.ValueTextEquals("data"u8) && isTrade)
            {
                json.Read();
                message = ParseTrade(ref json);
            }
            else if (json.ValueTextEquals("result"u8))
            {
                json.Read();
                message = ReadResult(ref json);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                using var error = JsonDocument.ParseValue(ref json);
                message = FeedMessage.Refused(error.RootElement.ToString());
            }
            else
            {
                json.Skip();
            }
        }
        if (json.Read()) return FeedMessage.Invalid("text after the JSON object");
        return message ?? (isTrade ? FeedMessage.Invalid("data is missing") : FeedMessage.Ignored);
    }

    private static FeedMessage ParseTrade(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) return FeedMessage.Invalid("data is not a JSON object");
        var fields = new Fields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("s"u8)) fields.ReadSymbol(ref json);
            else if (json.ValueTextEquals("t"u8)) fields.ReadId(ref json, "t");
            else if (json.ValueTextEquals("p"u8)) fields.ReadPrice(ref json, "p");
            else if (json.ValueTextEquals("q"u8)) fields.ReadSize(ref json, "q");
            else if (json.ValueTextEquals("T"u8)) fields.ReadTime(ref json, "T");
            else if (json.ValueTextEquals("m"u8)) fields.ReadMaker(ref json, "m");
            else if (json.ValueTextEquals("X"u8)) fields.ReadKind(ref json);
            else json.Skip();
        }
        return fields.IsTechnical ? FeedMessage.Ignored : FeedMessage.Of(fields.ToTrade());
    }

    /// <summary>null acknowledges a subscription; an array lists the streams that flow.</summary>
    private static FeedMessage ReadResult(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return FeedMessage.Ignored;
        using var list = JsonDocument.ParseValue(ref json);
        return list.RootElement.ValueKind == JsonValueKind.Array
            ? FeedMessage.Subscribed([.. list.RootElement.EnumerateArray().Select(e => e.GetString() ?? "")])
            : FeedMessage.Ignored;
    }

    private struct Fields
    {
        public string? Symbol;
        private long? id, timeUs;
        private decimal? price, size;
        private bool? buyerIsMaker;
        private string? problem;

        /// <summary>Futures print the insurance fund's and other technical trades, some without a price: <c>X</c> tells them from the market's.</summary>
        public bool IsTechnical { get; private set; }

        public void ReadSymbol(ref Utf8JsonReader json)
        {
            json.Read();
            Symbol = JsonFields.Word(ref json, "s");
        }

        public void ReadKind(ref Utf8JsonReader json)
        {
            json.Read();
            IsTechnical = JsonFields.Word(ref json, "X") != "MARKET";
        }

        public void ReadId(ref Utf8JsonReader json, string field)
        {
            json.Read();
            id = JsonFields.Id(ref json, field);
        }

        // Price and size are judged at the end: technical trades have zeros here, and X comes after them.
        public void ReadPrice(ref Utf8JsonReader json, string field)
        {
            json.Read();
            price = JsonFields.NotNegative(ref json, field);
            if (price == 0) problem = $"{field} is '0': expected a number above 0";
        }

        public void ReadSize(ref Utf8JsonReader json, string field)
        {
            json.Read();
            size = JsonFields.NotNegative(ref json, field);
            if (size == 0) problem = $"{field} is '0': expected a number above 0";
        }

        public void ReadTime(ref Utf8JsonReader json, string field)
        {
            json.Read();
            timeUs = JsonFields.UnixTimeUs(ref json, field);
        }

        public void ReadMaker(ref Utf8JsonReader json, string field)
        {
            json.Read();
            buyerIsMaker = JsonFields.Flag(ref json, field);
        }

        public readonly VenueTrade ToTrade() => problem is not null ? throw new FieldException(problem) : new VenueTrade(
            Symbol ?? throw FieldException.Missing("s"), id ?? throw FieldException.Missing("t"), timeUs ?? throw FieldException.Missing("T"),
            price ?? throw FieldException.Missing("p"), size ?? throw FieldException.Missing("q"),
            (buyerIsMaker ?? throw FieldException.Missing("m")) ? Side.Sell : Side.Buy);
    }
}
