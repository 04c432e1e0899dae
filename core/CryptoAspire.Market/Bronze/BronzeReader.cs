using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace CryptoAspire.Market.Bronze;

/// <summary>
/// Reads the values of the topic <c>crypto_prices</c>. Never throws on input: what cannot be read or is not valid is refused with a reason
/// that names the field and the value. Keeps a cache of names, so use one reader a thread.
/// </summary>
public sealed class BronzeReader
{
    /// <summary>Longer values are refused unread; a real record has about 350 bytes.</summary>
    public const int LongestValue = 16 * 1024;

    // Bitcoin's first block: no market data can be older.
    private const long EarliestUs = 1_230_940_800_000_000;
    private const long LatestUs = 4_102_444_800_000_000;

    // Wide of any market, and a whole batch of such trades still sums within decimal's 28 digits.
    private const decimal LargestPrice = 100_000_000_000m;
    private const decimal LargestSize = 10_000_000_000_000m;

    private readonly Utf8Cache<Symbol> _symbols = new(static text => Symbol.TryParse(text, out var symbol) ? symbol : null);
    private readonly Utf8Cache<string> _sources = new(static text => IsSource(text) ? text : null);

    /// <summary>Decodes and validates one value.</summary>
    /// <param name="value">The Kafka record's value.</param>
    /// <param name="record">The record, when true is returned.</param>
    /// <param name="reason">Why it is refused, when false is returned: one line, for the quarantine.</param>
    public bool TryRead(ReadOnlySpan<byte> value, out BronzeRecord record, [NotNullWhen(false)] out string? reason)
    {
        record = default;
        if (value.Length > LongestValue)
        {
            reason = $"value: {value.Length} bytes, more than the {LongestValue} allowed";
            return false;
        }

        if (ReadAsWritten(value, out var fields))
        {
            reason = Check(fields);
        }
        else
        {
            fields = default;
            try
            {
                reason = Read(value, ref fields) ?? Check(fields);
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
            {
                // Utf8JsonReader signals malformed JSON and malformed UTF-8 in no other way.
                reason = $"value: not JSON ({failure.Message})";
            }
        }

        if (reason is not null)
            return false;
        record = fields.ToRecord();
        return true;
    }

    /// <summary>A trade exactly as <see cref="BronzeWriter"/> writes it, in a quarter of the time; any other value, valid or not, is false.</summary>
    private bool ReadAsWritten(ReadOnlySpan<byte> value, out BronzeFields fields)
    {
        fields = default;
        var scan = new BronzeScanner(value);
        if (!scan.Skip("{\"v\":1,\"kind\":\"trade\",\"timestamp\":"u8) || !scan.Integer(out fields.Timestamp)
            || !scan.Skip(",\"event_time_us\":"u8) || !scan.Integer(out fields.EventTimeUs)
            || !scan.Skip(",\"received_us\":"u8) || !scan.Integer(out fields.ReceivedUs)
            || !scan.Skip(",\"symbol\":\""u8) || !scan.Text(out var symbol)
            || !scan.Skip(",\"base\":\""u8) || !scan.Text(out var asset)
            || !scan.Skip(",\"currency\":\""u8) || !scan.Text(out var currency)
            || !scan.Skip(",\"price\":\""u8) || !scan.Text(out var price) || !DecimalText.TryParse(price, out var priceValue)
            || !scan.Skip(",\"size\":\""u8) || !scan.Text(out var size) || !DecimalText.TryParse(size, out var sizeValue)
            || !scan.Skip(",\"side\":\""u8) || !scan.Text(out var side)
            || !scan.Skip(",\"trade_id\":"u8) || !scan.Integer(out fields.TradeId)
            || !scan.Skip(",\"source\":\""u8) || !scan.Text(out var source)
            || !scan.Skip(",\"iteration\":"u8) || !scan.Integer(out fields.Iteration)
            || !scan.Skip("}"u8) || !scan.AtEnd)
        {
            return false;
        }

        fields.Symbol = _symbols.Find(symbol);
        fields.Source = _sources.Find(source);
        fields.Side = side.SequenceEqual("buy"u8) ? true : side.SequenceEqual("sell"u8) ? false : null;
        if (fields.Symbol is null || fields.Source is null || fields.Side is null || !Ascii.Equals(asset, fields.Symbol.Base) || !Ascii.Equals(currency, fields.Symbol.Quote))
            return false;
        (fields.Version, fields.Kind, fields.Price, fields.Size) = (BronzeWriter.Version, true, priceValue, sizeValue);
        return true;
    }

    private string? Read(ReadOnlySpan<byte> value, ref BronzeFields fields)
    {
        var json = new Utf8JsonReader(value);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return "value: not a JSON object";

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadField(ref json, ref fields) is { } reason)
                return reason;
        }

        return json.Read() ? "value: more than one JSON value" : null;
    }

    private string? ReadField(ref Utf8JsonReader json, ref BronzeFields fields)
    {
        if (json.ValueTextEquals("price"u8))
            return Decimal(ref json, "price", out fields.Price);
        if (json.ValueTextEquals("size"u8))
            return Decimal(ref json, "size", out fields.Size);
        if (json.ValueTextEquals("trade_id"u8))
            return Integer(ref json, "trade_id", out fields.TradeId);
        if (json.ValueTextEquals("event_time_us"u8))
            return Integer(ref json, "event_time_us", out fields.EventTimeUs);
        if (json.ValueTextEquals("received_us"u8))
            return Integer(ref json, "received_us", out fields.ReceivedUs);
        if (json.ValueTextEquals("timestamp"u8))
            return Integer(ref json, "timestamp", out fields.Timestamp);
        if (json.ValueTextEquals("iteration"u8))
            return Integer(ref json, "iteration", out fields.Iteration);
        if (json.ValueTextEquals("v"u8))
            return Integer(ref json, "v", out fields.Version);
        if (json.ValueTextEquals("bid"u8))
            return Decimal(ref json, "bid", out fields.Bid);
        if (json.ValueTextEquals("ask"u8))
            return Decimal(ref json, "ask", out fields.Ask);
        if (json.ValueTextEquals("volume_24h"u8))
            return Decimal(ref json, "volume_24h", out fields.Volume24h);
        if (json.ValueTextEquals("symbol"u8))
            return Name(ref json, "symbol", _symbols, out fields.Symbol);
        if (json.ValueTextEquals("source"u8))
            return Name(ref json, "source", _sources, out fields.Source);
        if (json.ValueTextEquals("kind"u8))
            return Word(ref json, "kind", "trade"u8, "ticker"u8, out fields.Kind);
        if (json.ValueTextEquals("side"u8))
            return Word(ref json, "side", "buy"u8, "sell"u8, out fields.Side);

        // base and currency follow from the symbol; other fields are a later producer's.
        json.Read();
        json.Skip();
        return null;
    }

    private static string? Check(in BronzeFields f) => f switch
    {
        { Version: null } => "v: missing",
        { Version: not BronzeWriter.Version } => $"v: {f.Version} is not a version that this processor reads ({BronzeWriter.Version})",
        { Kind: null } => "kind: missing",
        { Symbol: null } => "symbol: missing",
        { Source: null } => "source: missing",
        { EventTimeUs: null, Timestamp: null } => "event_time_us: missing",
        { EventTimeUs: < EarliestUs or > LatestUs } => $"event_time_us: {f.EventTimeUs} is not in the years 2009 to 2099",
        { EventTimeUs: null, Timestamp: < EarliestUs / 1000 or > LatestUs / 1000 } => $"timestamp: {f.Timestamp} is not in the years 2009 to 2099",
        { ReceivedUs: < 0 or > LatestUs } => $"received_us: {f.ReceivedUs} is not in the years 1970 to 2099",
        { Price: null } => "price: missing",
        { Price: <= 0 or > LargestPrice } => $"price: {f.Price} is not above 0 and at most {LargestPrice}",
        { Bid: < 0 } => $"bid: {f.Bid} is below 0",
        { Ask: < 0 } => $"ask: {f.Ask} is below 0",
        { Volume24h: < 0 } => $"volume_24h: {f.Volume24h} is below 0",
        { Kind: false } => null,
        { TradeId: null } => "trade_id: missing",
        { TradeId: < 0 or long.MaxValue } => $"trade_id: {f.TradeId} is out of range",
        { Size: null } => "size: missing",
        { Size: <= 0 or > LargestSize } => $"size: {f.Size} is not above 0 and at most {LargestSize}",
        { Side: null } => "side: missing",
        _ => null,
    };

    private static string? Integer(ref Utf8JsonReader json, string field, out long? number)
    {
        number = null;
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var value))
            return $"{field}: {Shown(json)} is not a whole number of 64 bits";
        number = value;
        return null;
    }

    private static string? Decimal(ref Utf8JsonReader json, string field, out decimal? number)
    {
        number = null;
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || json.ValueIsEscaped || !DecimalText.TryParse(json.ValueSpan, out var value))
            return $"{field}: {Shown(json)} is not a plain decimal of at most 28 digits";
        number = value;
        return null;
    }

    private static string? Name<T>(ref Utf8JsonReader json, string field, Utf8Cache<T> cache, out T? found)
        where T : class
    {
        found = null;
        json.Read();
        if (json.TokenType == JsonTokenType.String && !json.ValueIsEscaped)
            found = cache.Find(json.ValueSpan);
        return found is null ? $"{field}: {Shown(json)} is not a {field}" : null;
    }

    // True for the first word, false for the second.
    private static string? Word(ref Utf8JsonReader json, string field, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out bool? isFirst)
    {
        isFirst = null;
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType == JsonTokenType.String)
            isFirst = json.ValueTextEquals(first) ? true : json.ValueTextEquals(second) ? false : null;
        return isFirst is null ? $"{field}: {Shown(json)} is neither {Encoding.ASCII.GetString(first)} nor {Encoding.ASCII.GetString(second)}" : null;
    }

    private static bool IsSource(string text) =>
        text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.') && char.IsAsciiLetterLower(text[0]);

    private static string Shown(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        _ => $"'{Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(40, json.ValueSpan.Length)])}'",
    };
}
