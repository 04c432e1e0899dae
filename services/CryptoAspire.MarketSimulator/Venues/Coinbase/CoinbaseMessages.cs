using System.Buffers;
using System.Globalization;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.MarketSimulator.Venues.Coinbase;

/// <summary>
/// The messages of the Coinbase Exchange feed. Numbers that matter are strings, <c>time</c> has microseconds,
/// and <c>side</c> is the maker's in matches but the taker's in tickers.
/// Source: docs.cdp.coinbase.com/exchange/websocket-feed/channels and a recorded session.
/// </summary>
internal static class CoinbaseMessages
{
    public static byte[] Match(MarketTrade trade, bool last) => Json(json =>
    {
        json.WriteString("type", last ? "last_match" : "match");
        json.WriteNumber("trade_id", trade.Id);
        json.WriteString("maker_order_id", OrderId(trade, 1));
        json.WriteString("taker_order_id", OrderId(trade, 2));
        json.WriteString("side", trade.TakerBuys ? "sell" : "buy");
        json.WriteString("size", Text(trade.Size));
        json.WriteString("price", Text(trade.Price));
        json.WriteString("product_id", trade.Instrument.Id);
        json.WriteNumber("sequence", Sequence(trade));
        json.WriteString("time", Time(trade.TimeUs));
    });

    public static byte[] Ticker(MarketTrade trade, DaySummary day) => Json(json =>
    {
        json.WriteString("type", "ticker");
        json.WriteNumber("sequence", Sequence(trade));
        json.WriteString("product_id", trade.Instrument.Id);
        json.WriteString("price", Text(trade.Price));
        json.WriteString("open_24h", Text(day.Open));
        json.WriteString("volume_24h", day.Volume.ToString("F8", CultureInfo.InvariantCulture));
        json.WriteString("low_24h", Text(day.Low));
        json.WriteString("high_24h", Text(day.High));
        json.WriteString("volume_30d", day.Volume30Days.ToString("F8", CultureInfo.InvariantCulture));
        json.WriteString("best_bid", Text(day.BestBid));
        json.WriteString("best_bid_size", Text(trade.Size));
        json.WriteString("best_ask", Text(day.BestAsk));
        json.WriteString("best_ask_size", Text(trade.Size));
        json.WriteString("side", trade.TakerBuys ? "buy" : "sell");
        json.WriteString("time", Time(trade.TimeUs));
        json.WriteNumber("trade_id", trade.Id);
        json.WriteString("last_size", Text(trade.Size));
    });

    public static byte[] Heartbeat(Instrument instrument, long lastTradeId, DateTimeOffset now) => Json(json =>
    {
        json.WriteString("type", "heartbeat");
        json.WriteNumber("sequence", lastTradeId * 3);
        json.WriteNumber("last_trade_id", lastTradeId);
        json.WriteString("product_id", instrument.Id);
        json.WriteString("time", Time((now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond));
    });

    public static byte[] Subscriptions(IEnumerable<KeyValuePair<string, HashSet<string>>> channels) => Json(json =>
    {
        json.WriteString("type", "subscriptions");
        json.WriteStartArray("channels");
        foreach (var (name, products) in channels)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteStartArray("product_ids");
            foreach (var product in products.Where(p => p.Length > 0)) json.WriteStringValue(product);
            json.WriteEndArray();
            json.WriteNull("account_ids");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>All products; the currencies, which nobody here asks for, are left empty.</summary>
    public static byte[] Status(IEnumerable<Instrument> products) => Json(json =>
    {
        json.WriteString("type", "status");
        json.WriteStartArray("currencies");
        json.WriteEndArray();
        json.WriteStartArray("products");
        foreach (var product in products)
        {
            json.WriteStartObject();
            json.WriteString("id", product.Id);
            json.WriteString("base_currency", product.Base);
            json.WriteString("quote_currency", product.Quote);
            json.WriteString("base_increment", Text(product.SizeStep));
            json.WriteString("quote_increment", Text(product.PriceTick));
            json.WriteString("display_name", $"{product.Base}/{product.Quote}");
            json.WriteString("status", "online");
            json.WriteString("status_message", "");
            json.WriteString("type", "spot");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    public static byte[] Error(string message, string reason) => Json(json =>
    {
        json.WriteString("type", "error");
        json.WriteString("message", message);
        json.WriteString("reason", reason);
    });

    /// <summary>An element of <c>GET /products/{id}/trades</c>; its side is the maker's.</summary>
    public static void WriteRestTrade(Utf8JsonWriter json, MarketTrade trade)
    {
        json.WriteStartObject();
        json.WriteNumber("trade_id", trade.Id);
        json.WriteString("side", trade.TakerBuys ? "sell" : "buy");
        json.WriteString("size", trade.Size.ToString("F8", CultureInfo.InvariantCulture));
        json.WriteString("price", trade.Price.ToString("F8", CultureInfo.InvariantCulture));
        json.WriteString("time", Time(trade.TimeUs));
        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Shared by a product's channels and growing with its trades; it jumps, as the real one does for who does not read the whole book.</summary>
    private static long Sequence(MarketTrade trade) => trade.Id * 3;

    private static Guid OrderId(MarketTrade trade, ulong part)
    {
        Span<byte> bytes = stackalloc byte[16];
        var seed = Noise.Hash(Noise.Hash(part, trade.Instrument.Id), (ulong)trade.Id);
        BitConverter.TryWriteBytes(bytes, Noise.Mix(seed));
        BitConverter.TryWriteBytes(bytes[8..], Noise.Mix(seed + 1));
        bytes[7] = (byte)(0x40 | (bytes[7] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes);
    }

    private static string Text(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Time(long unixUs) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(unixUs).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
