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
    public static ReadOnlyMemory<byte> Trade(MarketTrade trade) => !trade.Wire.IsEmpty ? trade.Wire : Json(json =>
    {
        json.WriteString("stream", StreamOf(trade.Instrument));
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

    /// <summary>Stream names are lower case.</summary>
    public static string StreamOf(Instrument instrument) => instrument.Id.ToLowerInvariant() + "@trade";

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
