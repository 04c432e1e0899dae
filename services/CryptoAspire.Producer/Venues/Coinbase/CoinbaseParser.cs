using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Coinbase;

/// <summary>
/// Reads messages of the Coinbase Exchange feed. Beware: <c>side</c> of a match is the maker's, of a ticker the taker's;
/// a ticker may stand for several matches, so it is never a trade.
/// </summary>
internal static class CoinbaseParser
{
    public static FeedMessage Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var json = new Utf8JsonReader(message);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return FeedMessage.Invalid("not a JSON object");
            return ParseObject(ref json);
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

    /// <summary>An element of <c>GET /products/{id}/trades</c>, whose side is the maker's too.</summary>
    public static VenueTrade ParseRestTrade(ref Utf8JsonReader json, string instrumentId)
    {
        var fields = new Fields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.Read(ref json);
        fields.Product = instrumentId;
        return fields.ToTrade();
    }

    private static FeedMessage ParseObject(ref Utf8JsonReader json)
    {
        var fields = new Fields();
        string? type = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                type = JsonFields.Word(ref json, "type");
                // Known to be without interest (order books and others): not even read to the end.
                if (type is not ("match" or "last_match" or "ticker" or "heartbeat" or "subscriptions" or "error")) return FeedMessage.Ignored;
            }
            else
            {
                fields.Read(ref json);
            }
        }
        if (json.Read()) return FeedMessage.Invalid("text after the JSON object");
        return type switch
        {
            "match" or "last_match" => FeedMessage.Of(fields.ToTrade()),
            "ticker" => FeedMessage.Of(fields.ToTicker()),
            "heartbeat" => FeedMessage.Alive(fields.Product ?? throw FieldException.Missing("product_id"), fields.LastTradeId ?? throw FieldException.Missing("last_trade_id")),
            "subscriptions" => FeedMessage.Subscribed(fields.Matches ?? []),
            "error" => FeedMessage.Refused($"{fields.Message}: {fields.Reason}"),
            _ => FeedMessage.Invalid("type is missing"),
        };
    }

    private struct Fields
    {
        public string? Product, Message, Reason;
        public long? LastTradeId;
        public List<string>? Matches;
        private long? tradeId, timeUs;
        private decimal? price, size, bid, ask, volume;
        private bool? buys;

        public void Read(ref Utf8JsonReader json)
        {
            if (json.ValueTextEquals("product_id"u8)) Product = JsonFields.Word(ref Value(ref json), "product_id");
            else if (json.ValueTextEquals("trade_id"u8)) tradeId = JsonFields.Id(ref Value(ref json), "trade_id");
            else if (json.ValueTextEquals("price"u8)) price = JsonFields.Positive(ref Value(ref json), "price");
            else if (json.ValueTextEquals("size"u8)) size = JsonFields.Positive(ref Value(ref json), "size");
            else if (json.ValueTextEquals("time"u8)) timeUs = JsonFields.IsoTimeUs(ref Value(ref json), "time");
            else if (json.ValueTextEquals("side"u8)) buys = ReadSide(ref Value(ref json));
            else if (json.ValueTextEquals("best_bid"u8)) bid = JsonFields.NotNegative(ref Value(ref json), "best_bid");
            else if (json.ValueTextEquals("best_ask"u8)) ask = JsonFields.NotNegative(ref Value(ref json), "best_ask");
            else if (json.ValueTextEquals("volume_24h"u8)) volume = JsonFields.NotNegative(ref Value(ref json), "volume_24h");
            else if (json.ValueTextEquals("last_trade_id"u8)) LastTradeId = ReadLastTradeId(ref Value(ref json));
            else if (json.ValueTextEquals("message"u8)) Message = Value(ref json).GetString();
            else if (json.ValueTextEquals("reason"u8)) Reason = Value(ref json).GetString();
            else if (json.ValueTextEquals("channels"u8)) Matches = ReadMatches(ref Value(ref json));
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

        private static ref Utf8JsonReader Value(ref Utf8JsonReader json)
        {
            json.Read();
            return ref json;
        }

        private static bool ReadSide(ref Utf8JsonReader json) => JsonFields.Word(ref json, "side") switch
        {
            "buy" => true,
            "sell" => false,
            var other => throw FieldException.Impossible("side", other, "buy or sell"),
        };

        /// <summary>0 before a product's first trade.</summary>
        private static long ReadLastTradeId(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var id) && id >= 0
            ? id
            : throw FieldException.Impossible("last_trade_id", "", "a whole number");

        /// <summary>The products that are subscribed on the channel that matters.</summary>
        private static List<string> ReadMatches(ref Utf8JsonReader json)
        {
            var products = new List<string>();
            using var channels = JsonDocument.ParseValue(ref json);
            foreach (var channel in channels.RootElement.EnumerateArray())
                if (channel.GetProperty("name").ValueEquals("matches"))
                    products.AddRange(channel.GetProperty("product_ids").EnumerateArray().Select(p => p.GetString() ?? ""));
            return products;
        }
    }
}
