using System.Globalization;
using System.Text;
using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>Reads the values that exchanges put into JSON. All throw <see cref="FieldException"/> with the field's name on anything else.</summary>
internal static class JsonFields
{
    private const NumberStyles DecimalStyle = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent;

    // Exchanges have existed since 2010; a time outside is a unit mistaken.
    private const long EarliestUs = 1_262_304_000_000_000, LatestUs = 4_102_444_800_000_000;

    /// <summary>The property's name, for a switch over its length: a chain of comparisons costs more than reading the message.</summary>
    public static ReadOnlySpan<byte> Name(ref Utf8JsonReader json) => json.ValueIsEscaped || json.HasValueSequence ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;

    /// <summary>Steps from a property's name to its value.</summary>
    public static ref Utf8JsonReader Value(ref Utf8JsonReader json)
    {
        json.Read();
        return ref json;
    }

    /// <summary>A string or number above zero, exactly as printed (digits past what <see cref="decimal"/> holds are rounded).</summary>
    public static decimal Positive(ref Utf8JsonReader json, string field)
    {
        var value = Decimal(ref json, field);
        return value > 0 ? value : throw FieldException.Impossible(field, Text(ref json), "a number above 0");
    }

    /// <summary>A string or number of at least zero.</summary>
    public static decimal NotNegative(ref Utf8JsonReader json, string field)
    {
        var value = Decimal(ref json, field);
        return value >= 0 ? value : throw FieldException.Impossible(field, Text(ref json), "a number of at least 0");
    }

    /// <summary>A number of at least zero, or null where the venue has none to tell and prints null or an empty string.</summary>
    public static decimal? Optional(ref Utf8JsonReader json, string field) =>
        json.TokenType == JsonTokenType.Null || (json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty) ? null : NotNegative(ref json, field);

    /// <summary>A string or number of either sign.</summary>
    public static decimal Number(ref Utf8JsonReader json, string field) => Decimal(ref json, field);

    private static decimal Decimal(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType is JsonTokenType.String or JsonTokenType.Number && !json.HasValueSequence && !json.ValueIsEscaped
            && (DecimalText.TryParse(json.ValueSpan, out var value) || decimal.TryParse(json.ValueSpan, DecimalStyle, CultureInfo.InvariantCulture, out value)))
            return value;
        throw FieldException.Impossible(field, Text(ref json), "a decimal number");
    }

    /// <summary>A trade id: a whole number above zero, printed as number or string.</summary>
    public static long Id(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType is JsonTokenType.String or JsonTokenType.Number && !json.HasValueSequence && !json.ValueIsEscaped
            && long.TryParse(json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
            return value;
        throw FieldException.Impossible(field, Text(ref json), "a whole number above 0");
    }

    /// <summary>A whole number of either sign.</summary>
    public static long Integer(ref Utf8JsonReader json, string field) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value)
        ? value
        : throw FieldException.Impossible(field, Text(ref json), "a whole number");

    /// <summary>A whole number of at least zero.</summary>
    public static long NotNegativeInteger(ref Utf8JsonReader json, string field) => json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) && value >= 0
        ? value
        : throw FieldException.Impossible(field, Text(ref json), "a whole number of at least 0");

    /// <summary>Unix seconds as number or string, with decimals, of which those beyond the microsecond are cut.</summary>
    public static long UnixSecondsUs(ref Utf8JsonReader json, string field)
    {
        var seconds = Decimal(ref json, field);
        return Math.Abs(seconds) < LatestUs ? Plausible((long)(seconds * 1_000_000), field, ref json) : throw FieldException.Impossible(field, Text(ref json), "a Unix time in seconds");
    }

    /// <summary>Unix milliseconds, microseconds or nanoseconds; told apart by their size.</summary>
    public static long UnixTimeUs(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var value)) throw FieldException.Impossible(field, Text(ref json), "a Unix time in milliseconds");
        return Plausible(value switch { < 100_000_000_000_000 => value * 1_000, < 100_000_000_000_000_000 => value, _ => value / 1_000 }, field, ref json);
    }

    /// <summary>ISO 8601 in UTC, with any number of decimals.</summary>
    public static long IsoTimeUs(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.String && !json.HasValueSequence && !json.ValueIsEscaped && IsoTime.TryParse(json.ValueSpan, out var us)) return Plausible(us, field, ref json);
        throw FieldException.Impossible(field, Text(ref json), "an ISO 8601 time");
    }

    /// <summary>A product id or another short word that comes again and again.</summary>
    public static string Word(ref Utf8JsonReader json, string field, WordCache words)
    {
        if (json.TokenType == JsonTokenType.String && !json.HasValueSequence)
        {
            if (!json.ValueIsEscaped && words.Find(json.ValueSpan) is { } word) return word;
            // BTC\/USD is BTC/USD.
            if (json.ValueIsEscaped && json.ValueSpan.Length <= 6 * WordCache.LongestWord)
            {
                Span<byte> plain = stackalloc byte[6 * WordCache.LongestWord];
                if (words.Find(plain[..json.CopyString(plain)]) is { } unescaped) return unescaped;
            }
        }
        throw FieldException.Impossible(field, Text(ref json), "a short text");
    }

    public static bool Flag(ref Utf8JsonReader json, string field) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw FieldException.Impossible(field, Text(ref json), "true or false"),
    };

    /// <summary>What stands there, for the reason of a refusal.</summary>
    public static string Text(ref Utf8JsonReader json) => json.HasValueSequence || json.ValueSpan.Length > 256 ? "…" : Encoding.UTF8.GetString(json.ValueSpan);

    private static long Plausible(long us, string field, ref Utf8JsonReader json) =>
        us is >= EarliestUs and <= LatestUs ? us : throw FieldException.Impossible(field, Text(ref json), "a time between 2010 and 2100");
}
