using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>
/// The messages of Binance's combined spot stream: times in milliseconds, numbers as strings with 8 decimals, <c>m</c> true when the buyer was the maker.
/// Source: developers.binance.com, web-socket-streams, and a recorded session.
/// </summary>
internal static class BinanceMessages
{
    public const string Trades = "trade", Aggregates = "aggTrade", MiniTickers = "miniTicker", Klines = "kline_1m";

    /// <summary>An aggregate's id is that of its trade and this.</summary>
    public const long AggregateIds = 1_000;

    /// <param name="stream">The trade's stream.</param>
    public static ReadOnlyMemory<byte> Trade(MarketTrade trade, string stream) => !trade.Wire.IsEmpty ? trade.Wire : Json(json =>
    {
        json.WriteString("stream", stream);
        json.WriteStartObject("data");
        json.WriteString("e", "trade");
        json.WriteNumber("E", trade.TimeUs / 1_000 + 1);
        json.WriteString("s", trade.Instrument.Id);
        json.WriteNumber("t", trade.Id);
        json.WriteString("p", Text(trade.Price));
        json.WriteString("q", Text(trade.Size));
        json.WriteNumber("T", trade.TimeUs / 1_000);
        json.WriteBoolean("m", !trade.TakerBuys);
        json.WriteBoolean("M", true);
        json.WriteEndObject();
    });

    /// <summary>Each aggregate stands for one trade here, under an id of its own.</summary>
    public static ReadOnlyMemory<byte> Aggregate(MarketTrade trade, string stream) => Json(json =>
    {
        json.WriteString("stream", stream);
        json.WriteStartObject("data");
        json.WriteString("e", "aggTrade");
        json.WriteNumber("E", trade.TimeUs / 1_000 + 1);
        json.WriteString("s", trade.Instrument.Id);
        WriteAggregate(json, trade);
        json.WriteEndObject();
    });

    /// <summary>Made once a second for all who listen, so its time is a whole one.</summary>
    public static ReadOnlyMemory<byte> MiniTicker(MarketTrade latest, DaySummary day, string stream, DateTimeOffset now) => Json(json =>
    {
        json.WriteString("stream", stream);
        json.WriteStartObject("data");
        json.WriteString("e", "24hrMiniTicker");
        json.WriteNumber("E", now.ToUnixTimeSeconds() * 1_000);
        json.WriteString("s", latest.Instrument.Id);
        json.WriteString("c", Text(latest.Price));
        json.WriteString("o", Text(day.Open));
        json.WriteString("h", Text(day.High));
        json.WriteString("l", Text(day.Low));
        json.WriteString("v", Text(day.Volume));
        json.WriteString("q", Text(decimal.Round(day.Volume * latest.Price, 8)));
        json.WriteEndObject();
    });

    /// <param name="last">The newest trade of the minute.</param>
    public static ReadOnlyMemory<byte> Kline(MarketMinute minute, MarketTrade last, bool isClosed, string stream, DateTimeOffset now) => Json(json =>
    {
        json.WriteString("stream", stream);
        json.WriteStartObject("data");
        json.WriteString("e", "kline");
        json.WriteNumber("E", now.ToUnixTimeMilliseconds());
        json.WriteString("s", last.Instrument.Id);
        json.WriteStartObject("k");
        json.WriteNumber("t", minute.StartUs / 1_000);
        json.WriteNumber("T", minute.StartUs / 1_000 + 59_999);
        json.WriteString("s", last.Instrument.Id);
        json.WriteString("i", "1m");
        json.WriteNumber("f", last.Id - minute.Trades + 1);
        json.WriteNumber("L", last.Id);
        json.WriteString("o", Text(minute.Open));
        json.WriteString("c", Text(minute.Close));
        json.WriteString("h", Text(minute.High));
        json.WriteString("l", Text(minute.Low));
        json.WriteString("v", Text(minute.Volume));
        json.WriteNumber("n", minute.Trades);
        json.WriteBoolean("x", isClosed);
        json.WriteString("q", Text(decimal.Round(minute.Volume * minute.Close, 8)));
        json.WriteString("V", Text(0));
        json.WriteString("Q", Text(0));
        json.WriteString("B", "0");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Acknowledge(JsonElement id) => Json(json =>
    {
        json.WriteNull("result");
        json.WritePropertyName("id");
        id.WriteTo(json);
    });

    public static ReadOnlyMemory<byte> List(IEnumerable<string> streams, JsonElement id) => Json(json =>
    {
        json.WriteStartArray("result");
        foreach (var stream in streams) json.WriteStringValue(stream);
        json.WriteEndArray();
        json.WritePropertyName("id");
        id.WriteTo(json);
    });

    public static ReadOnlyMemory<byte> Error(int code, string message) => Json(json =>
    {
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteEndObject();
    });

    /// <summary>An element of <c>/api/v3/trades</c> and <c>/api/v3/historicalTrades</c>.</summary>
    public static void WriteRestTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartObject();
        json.WriteNumber("id", trade.Id);
        json.WriteString("price", Text(trade.Price));
        json.WriteString("qty", Text(trade.Size));
        json.WriteString("quoteQty", Text(decimal.Round(trade.Price * trade.Size, 8)));
        json.WriteNumber("time", trade.TimeUs / 1_000);
        json.WriteBoolean("isBuyerMaker", !trade.TakerBuys);
        json.WriteBoolean("isBestMatch", true);
        json.WriteEndObject();
    }

    /// <summary>An element of <c>/api/v3/aggTrades</c>.</summary>
    public static void WriteRestAggregate(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartObject();
        WriteAggregate(json, trade);
        json.WriteEndObject();
    }

    /// <summary>Stream names are lower case.</summary>
    public static string StreamOf(Instrument instrument, string kind) => $"{instrument.Id.ToLowerInvariant()}@{kind}";

    private static void WriteAggregate(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteNumber("a", trade.Id + AggregateIds);
        json.WriteString("p", Text(trade.Price));
        json.WriteString("q", Text(trade.Size));
        json.WriteNumber("f", trade.Id);
        json.WriteNumber("l", trade.Id);
        json.WriteNumber("T", trade.TimeUs / 1_000);
        json.WriteBoolean("m", !trade.TakerBuys);
        json.WriteBoolean("M", true);
    }

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static string Text(decimal value) => value.ToString("F8", CultureInfo.InvariantCulture);
}
