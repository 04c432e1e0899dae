using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Kraken;

/// <summary>
/// The messages of Kraken's WebSocket v2 and the rows of its REST interface. Prices are JSON numbers on the socket and strings in REST, where the time is
/// in seconds with decimals. Source: docs.kraken.com/api, websocket-v2 and rest-api, and recorded REST answers.
/// </summary>
internal static class KrakenMessages
{
    public static readonly byte[] Heartbeat = """{"channel":"heartbeat"}"""u8.ToArray();

    public static byte[] Status(long connectionId) => Wire.Object(json =>
    {
        json.WriteString("channel", "status");
        json.WriteString("type", "update");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("version", "2.0.10");
        json.WriteString("system", "online");
        json.WriteString("api_version", "v2");
        json.WriteNumber("connection_id", connectionId);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    public static byte[] Trades(string type, IEnumerable<MarketTrade> trades) => Data("trade", type, json =>
    {
        foreach (var trade in trades)
        {
            json.WriteStartObject();
            json.WriteString("symbol", trade.Instrument.Id);
            json.WriteString("side", trade.TakerBuys ? "buy" : "sell");
            json.WriteNumber("price", trade.Price);
            json.WriteNumber("qty", trade.Size);
            json.WriteString("ord_type", trade.Id % 3 == 0 ? "limit" : "market");
            json.WriteNumber("trade_id", trade.Id);
            json.WriteString("timestamp", Wire.Microseconds(trade.TimeUs));
            json.WriteEndObject();
        }
    });

    public static byte[] Ticker(string type, MarketTrade last, DaySummary day) => Data("ticker", type, json =>
    {
        var vwap = decimal.Round((day.High + day.Low + last.Price) / 3, 5);
        json.WriteStartObject();
        json.WriteString("symbol", last.Instrument.Id);
        json.WriteNumber("bid", day.BestBid);
        json.WriteNumber("bid_qty", last.Size);
        json.WriteNumber("ask", day.BestAsk);
        json.WriteNumber("ask_qty", last.Size);
        json.WriteNumber("last", last.Price);
        json.WriteNumber("volume", day.Volume);
        json.WriteNumber("vwap", vwap);
        json.WriteNumber("low", day.Low);
        json.WriteNumber("high", day.High);
        json.WriteNumber("change", last.Price - day.Open);
        json.WriteNumber("change_pct", decimal.Round((last.Price / day.Open - 1) * 100, 2));
        json.WriteString("timestamp", Wire.Microseconds(last.TimeUs));
        json.WriteEndObject();
    });

    /// <summary>Each symbol of a request is answered on its own.</summary>
    public static byte[] Confirm(string method, string channel, string symbol, bool? snapshot, JsonElement requestId, DateTimeOffset now) => Wire.Object(json =>
    {
        json.WriteString("method", method);
        WriteRequestId(json, requestId);
        json.WriteStartObject("result");
        json.WriteString("channel", channel);
        if (snapshot is { } wanted) json.WriteBoolean("snapshot", wanted);
        json.WriteString("symbol", symbol);
        json.WriteEndObject();
        json.WriteBoolean("success", true);
        WriteTimes(json, now);
    });

    public static byte[] Refuse(string? method, string? symbol, string error, JsonElement requestId, DateTimeOffset now) => Wire.Object(json =>
    {
        json.WriteString("error", error);
        if (method is not null) json.WriteString("method", method);
        WriteRequestId(json, requestId);
        json.WriteBoolean("success", false);
        if (symbol is not null) json.WriteString("symbol", symbol);
        WriteTimes(json, now);
    });

    public static byte[] Pong(JsonElement requestId, DateTimeOffset now) => Wire.Object(json =>
    {
        json.WriteString("method", "pong");
        WriteRequestId(json, requestId);
        WriteTimes(json, now);
    });

    /// <summary><c>[price, volume, time, side, type, misc, trade_id]</c>.</summary>
    public static void WriteRestTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartArray();
        json.WriteStringValue(trade.Price.ToString("F5", CultureInfo.InvariantCulture));
        json.WriteStringValue(trade.Size.ToString("F8", CultureInfo.InvariantCulture));
        json.WriteNumberValue(trade.TimeUs / 1_000_000m);
        json.WriteStringValue(trade.TakerBuys ? "b" : "s");
        json.WriteStringValue(trade.Id % 3 == 0 ? "l" : "m");
        json.WriteStringValue("");
        json.WriteNumberValue(trade.Id);
        json.WriteEndArray();
    }

    private static byte[] Data(string channel, string type, Action<Utf8JsonWriter> elements) => Wire.Object(json =>
    {
        json.WriteString("channel", channel);
        json.WriteString("type", type);
        json.WriteStartArray("data");
        elements(json);
        json.WriteEndArray();
    });

    private static void WriteRequestId(Utf8JsonWriter json, JsonElement requestId)
    {
        if (requestId.ValueKind != JsonValueKind.Number) return;
        json.WritePropertyName("req_id");
        requestId.WriteTo(json);
    }

    private static void WriteTimes(Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteString("time_in", Wire.Microseconds(Wire.UnixUs(now)));
        json.WriteString("time_out", Wire.Microseconds(Wire.UnixUs(now)));
    }
}
