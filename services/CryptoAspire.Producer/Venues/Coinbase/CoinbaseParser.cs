using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Coinbase;

/// <summary>
/// Reads messages of the Coinbase Exchange feed. Beware: <c>side</c> of a match is the maker's, of a ticker the taker's;
/// a ticker may stand for several matches, so it is never a trade. <c>last_match</c> is an old trade, known or not.
/// </summary>
internal static class CoinbaseParser
{
    private enum Type
    {
        Missing,
        Match,
        Ticker,
        Heartbeat,
        Subscriptions,
        Status,
        Error,
        Other,
    }

    public static bool Read(ref Utf8JsonReader json, FeedFrame frame)
    {
        var fields = new CoinbaseFields(frame);
        var type = Type.Missing;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                type = ReadType(ref json);
                // Without interest (order books and others): not even read to the end.
                if (type == Type.Other) return false;
            }
            else if (type is Type.Subscriptions && json.ValueTextEquals("channels"u8))
            {
                json.Read();
                ReadSubscriptions(ref json, frame);
            }
            else if (type is Type.Status && json.ValueTextEquals("products"u8))
            {
                json.Read();
                frame.ReadArray(ref json, "products", ReadProduct);
            }
            else
            {
                fields.Read(ref json);
            }
        }
        switch (type)
        {
            case Type.Match:
                frame.Trades.Add(fields.ToTrade());
                break;
            case Type.Ticker:
                frame.Tickers.Add(fields.ToTicker());
                break;
            case Type.Heartbeat:
                frame.Channel = CoinbaseVenue.Heartbeat;
                frame.Promises.Add(fields.ToPromise());
                break;
            case Type.Error:
                frame.Refuse($"{fields.Message}: {fields.Reason}");
                break;
            case Type.Missing:
                frame.Reject("type is missing");
                break;
        }
        return true;
    }

    /// <summary>An element of <c>GET /products/{id}/trades</c>, whose side is the maker's too.</summary>
    public static VenueTrade ReadRestTrade(ref Utf8JsonReader json, string instrumentId, FeedFrame frame)
    {
        var fields = new CoinbaseFields(frame);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.Read(ref json);
        fields.Product = instrumentId;
        return fields.ToTrade();
    }

    private static Type ReadType(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) throw FieldException.Impossible("type", json.TokenType.ToString(), "a word");
        return json.ValueTextEquals("match"u8) || json.ValueTextEquals("last_match"u8) ? Type.Match
            : json.ValueTextEquals("ticker"u8) ? Type.Ticker
            : json.ValueTextEquals("heartbeat"u8) ? Type.Heartbeat
            : json.ValueTextEquals("subscriptions"u8) ? Type.Subscriptions
            : json.ValueTextEquals("status"u8) ? Type.Status
            : json.ValueTextEquals("error"u8) ? Type.Error
            : Type.Other;
    }

    /// <summary>All that is subscribed now, channel by channel.</summary>
    private static void ReadSubscriptions(ref Utf8JsonReader json, FeedFrame frame)
    {
        using var channels = JsonDocument.ParseValue(ref json);
        foreach (var channel in channels.RootElement.EnumerateArray())
        {
            if (CoinbaseVenue.All.FirstOrDefault(c => channel.GetProperty("name").ValueEquals(c.Name)) is not { } ours) continue;
            if (!ours.HasProducts) frame.Confirm(ours, null);
            else foreach (var product in channel.GetProperty("product_ids").EnumerateArray()) frame.Confirm(ours, product.GetString());
        }
    }

    /// <summary>An element of the status channel's products.</summary>
    private static bool ReadProduct(ref Utf8JsonReader json, FeedFrame frame)
    {
        string? id = null, status = null;
        var disabled = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8)) id = Word(ref json, "id", frame);
            else if (json.ValueTextEquals("status"u8)) status = Word(ref json, "status", frame);
            else if (json.ValueTextEquals("trading_disabled"u8)) disabled = json.Read() && json.TokenType == JsonTokenType.True;
            else json.Skip();
        }
        frame.States.Add(new InstrumentState(id ?? throw FieldException.Missing("id"), status is null or "online" && !disabled, disabled ? "trading disabled" : status ?? "online"));
        return true;
    }

    private static string Word(ref Utf8JsonReader json, string field, FeedFrame frame)
    {
        json.Read();
        return JsonFields.Word(ref json, field, frame.Words);
    }
}
