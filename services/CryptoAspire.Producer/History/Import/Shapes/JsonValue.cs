using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>Values of JSON as they stand in the file, never through double.</summary>
internal static class JsonValue
{
    public static ReadOnlySpan<byte> Utf8(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    public static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    /// <summary>A text; null when it is none, or no UTF-8.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;   // there is no way to ask
        }
    }

    /// <summary>A number, also one in quotation marks; digits past what decimal holds are rounded.</summary>
    public static bool TryNumber(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => decimal.TryParse(Utf8(value)[1..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }
}
