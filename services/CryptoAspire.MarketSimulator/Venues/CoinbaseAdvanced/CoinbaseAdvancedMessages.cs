using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.CoinbaseAdvanced;

/// <summary>
/// The messages of the Coinbase Advanced Trade feed: an envelope with nine decimals of a second and the connection's running number; trades newest first,
/// ids as strings, <c>side</c> the maker's and in upper case, times without zeros at the end.
/// Source: docs.cdp.coinbase.com, websocket-channels, and a recorded session.
/// </summary>
internal static class CoinbaseAdvancedMessages
{
    public static readonly byte[] Failure = """{"type":"error","message":"failure to subscribe"}"""u8.ToArray();

    /// <param name="trades">Oldest first.</param>
    public static byte[] Trades(long number, DateTimeOffset now, string type, IReadOnlyList<MarketTrade> trades) => Event("market_trades", number, now, json =>
    {
        json.WriteString("type", type);
        json.WriteStartArray("trades");
        foreach (var trade in trades.Reverse())
        {
            json.WriteStartObject();
            WriteTrade(json, trade);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    public static byte[] Ticker(long number, DateTimeOffset now, string type, MarketTrade last, DaySummary day) => Event("ticker", number, now, json =>
    {
        json.WriteString("type", type);
        json.WriteStartArray("tickers");
        json.WriteStartObject();
        json.WriteString("type", "ticker");
        json.WriteString("product_id", last.Instrument.Id);
        json.WriteString("price", Wire.Text(last.Price));
        json.WriteString("volume_24_h", Wire.Text(day.Volume));
        json.WriteString("low_24_h", Wire.Text(day.Low));
        json.WriteString("high_24_h", Wire.Text(day.High));
        json.WriteString("low_52_w", Wire.Text(day.Low / 2));
        json.WriteString("high_52_w", Wire.Text(day.High * 2));
        json.WriteString("price_percent_chg_24_h", ((last.Price / day.Open - 1) * 100).ToString("F14", CultureInfo.InvariantCulture));
        json.WriteString("best_bid", Wire.Text(day.BestBid));
        json.WriteString("best_ask", Wire.Text(day.BestAsk));
        json.WriteString("best_bid_quantity", Wire.Text(last.Size));
        json.WriteString("best_ask_quantity", Wire.Text(last.Size));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary>Buckets of five minutes.</summary>
    public static byte[] Candles(long number, DateTimeOffset now, string type, IEnumerable<RunningCandle> candles) => Event("candles", number, now, json =>
    {
        json.WriteString("type", type);
        json.WriteStartArray("candles");
        foreach (var candle in candles)
        {
            json.WriteStartObject();
            json.WriteString("start", candle.StartSeconds.ToString(CultureInfo.InvariantCulture));
            json.WriteString("high", Wire.Text(candle.High));
            json.WriteString("low", Wire.Text(candle.Low));
            json.WriteString("open", Wire.Text(candle.Open));
            json.WriteString("close", Wire.Text(candle.Close));
            json.WriteString("volume", Wire.Text(candle.Volume));
            json.WriteString("product_id", candle.Product);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>The time is one that a Go program prints.</summary>
    public static byte[] Heartbeat(long number, DateTimeOffset now, long counter) => Event("heartbeats", number, now, json =>
    {
        json.WriteString("current_time", $"{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture)}00 +0000 UTC m=+{counter}.260485341");
        json.WriteNumber("heartbeat_counter", counter);
    });

    /// <summary>All that this connection is subscribed to now.</summary>
    public static byte[] Subscriptions(long number, DateTimeOffset now, IEnumerable<KeyValuePair<string, HashSet<string>>> channels) => Event("subscriptions", number, now, json =>
    {
        json.WriteStartObject("subscriptions");
        foreach (var (name, products) in channels.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(name);
            foreach (var product in products) json.WriteStringValue(product);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    });

    /// <summary>An element of <c>trades</c> in <c>GET …/products/{id}/ticker</c>.</summary>
    public static void WriteRestTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartObject();
        WriteTrade(json, trade);
        json.WriteString("bid", "");
        json.WriteString("ask", "");
        json.WriteString("exchange", "coinbase");
        json.WriteEndObject();
    }

    private static void WriteTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteString("product_id", trade.Instrument.Id);
        json.WriteString("trade_id", trade.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("price", Wire.Text(trade.Price));
        json.WriteString("size", Wire.Text(trade.Size));
        json.WriteString("time", Wire.TrimmedMicroseconds(trade.TimeUs));
        json.WriteString("side", trade.TakerBuys ? "SELL" : "BUY");
    }

    private static byte[] Event(string channel, long number, DateTimeOffset now, Action<Utf8JsonWriter> write) => Wire.Object(json =>
    {
        json.WriteString("channel", channel);
        json.WriteString("timestamp", Wire.Nanoseconds(now));
        json.WriteNumber("sequence_num", number);
        json.WriteStartArray("events");
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.WriteEndArray();
    });
}
