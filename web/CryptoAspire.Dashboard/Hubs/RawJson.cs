using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Hubs;

/// <summary>A payload that is already JSON: serialised once, sent to every subscriber.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    public static RawJson Of<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, MarketJson.Options));

    public sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(JsonSerializer.SerializeToUtf8Bytes(document.RootElement));
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
