using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CryptoAspire.Market;

/// <summary>How the market is written as JSON for people and browsers: decimals as strings without trailing zeros, times as ISO 8601 UTC (<c>…Z</c>).</summary>
public static class MarketJson
{
    /// <summary>camelCase with our converters.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Adds our converters to a server's options.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new DecimalAsString());
        options.Converters.Add(new UtcTime());
        return options;
    }

    private sealed class DecimalAsString : JsonConverter<decimal>
    {
        // Dividing by a one with the longest scale drops trailing zeros.
        private const decimal One = 1.0000000000000000000000000000m;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            decimal.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new JsonException("Not a decimal in a string.");

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options)
        {
            Span<byte> text = stackalloc byte[DecimalText.LongestUtf8];
            writer.WriteStringValue(DecimalText.Format(value / One, text));
        }
    }

    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
