using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Gemini;

/// <summary>
/// The messages of Gemini's v2 market data, of the stream API that succeeds it, and the elements of its REST interface.
/// Source: docs.gemini.com/websocket, developer.gemini.com, and a recorded session.
/// </summary>
internal static class GeminiMessages
{
    /// <summary>A symbol's first message: the top of the book and its last trades, oldest first.</summary>
    public static byte[] Snapshot(Instrument instrument, IReadOnlyList<MarketTrade> trades, DaySummary? day) => Wire.Object(json =>
    {
        json.WriteString("type", "l2_updates");
        json.WriteString("symbol", instrument.Id);
        WriteChanges(json, trades.Count > 0 ? trades[^1].Size : 1, day);
        json.WriteStartArray("trades");
        foreach (var trade in trades)
        {
            json.WriteStartObject();
            WriteTrade(json, trade);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("auction_events");
        json.WriteEndArray();
    });

    public static byte[] Book(MarketTrade trade, DaySummary? day) => Wire.Object(json =>
    {
        json.WriteString("type", "l2_updates");
        json.WriteString("symbol", trade.Instrument.Id);
        WriteChanges(json, trade.Size, day);
    });

    public static byte[] Trade(MarketTrade trade) => Wire.Object(json => WriteTrade(json, trade));

    public static byte[] Heartbeat(DateTimeOffset now) => Wire.Object(json =>
    {
        json.WriteString("type", "heartbeat");
        json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
    });

    public static byte[] Error(string reason, string message) => Wire.Object(json =>
    {
        json.WriteString("type", "error");
        json.WriteString("reason", reason);
        json.WriteString("message", message);
    });

    /// <summary>Of the stream API: lower case, nanoseconds, no name of the event.</summary>
    public static byte[] StreamTrade(MarketTrade trade) => Wire.Object(json =>
    {
        json.WriteNumber("E", trade.TimeUs * 1_000);
        json.WriteString("s", trade.Instrument.Id.ToLowerInvariant());
        json.WriteNumber("t", GeminiTradeId.Of(trade));
        json.WriteString("p", Wire.Text(trade.Price));
        json.WriteString("q", Wire.Text(trade.Size));
        json.WriteBoolean("m", !trade.TakerBuys);
    });

    public static byte[] StreamBookTicker(MarketTrade trade, DaySummary day) => Wire.Object(json =>
    {
        json.WriteNumber("u", GeminiTradeId.Of(trade));
        json.WriteNumber("E", trade.TimeUs * 1_000);
        json.WriteString("s", trade.Instrument.Id.ToLowerInvariant());
        json.WriteString("b", Wire.Text(day.BestBid));
        json.WriteString("B", Wire.Text(trade.Size));
        json.WriteString("a", Wire.Text(day.BestAsk));
        json.WriteString("A", Wire.Text(trade.Size));
    });

    public static byte[] StreamAnswer(JsonElement id, Action<Utf8JsonWriter>? result = null) => Wire.Object(json =>
    {
        WriteId(json, id);
        json.WriteNumber("status", 200);
        result?.Invoke(json);
    });

    public static byte[] StreamError(JsonElement id, int status, int code, string message) => Wire.Object(json =>
    {
        WriteId(json, id);
        json.WriteNumber("status", status);
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteEndObject();
    });

    /// <summary>An element of <c>GET /v1/trades/{symbol}</c>.</summary>
    public static void WriteRestTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartObject();
        json.WriteNumber("timestamp", trade.TimeUs / 1_000_000);
        json.WriteNumber("timestampms", trade.TimeUs / 1_000);
        json.WriteNumber("tid", GeminiTradeId.Of(trade));
        json.WriteString("price", Wire.Text(trade.Price));
        json.WriteString("amount", Wire.Text(trade.Size));
        json.WriteString("exchange", "gemini");
        json.WriteString("type", trade.TakerBuys ? "buy" : "sell");
        json.WriteEndObject();
    }

    private static void WriteTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteString("type", "trade");
        json.WriteString("symbol", trade.Instrument.Id);
        json.WriteNumber("event_id", GeminiTradeId.Of(trade) - 1);
        json.WriteNumber("timestamp", trade.TimeUs / 1_000);
        json.WriteString("price", Wire.Text(trade.Price));
        json.WriteString("quantity", Wire.Text(trade.Size));
        json.WriteString("side", trade.TakerBuys ? "buy" : "sell");
        json.WriteNumber("tid", GeminiTradeId.Of(trade));
    }

    private static void WriteChanges(Utf8JsonWriter json, decimal size, DaySummary? day)
    {
        json.WriteStartArray("changes");
        if (day is { } quote)
            foreach (var (side, price) in new[] { ("buy", quote.BestBid), ("sell", quote.BestAsk) })
            {
                json.WriteStartArray();
                json.WriteStringValue(side);
                json.WriteStringValue(Wire.Text(price));
                json.WriteStringValue(Wire.Text(size));
                json.WriteEndArray();
            }
        json.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter json, JsonElement id)
    {
        if (id.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) return;
        json.WritePropertyName("id");
        id.WriteTo(json);
    }
}
