using System.Text.Json;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Rest;

/// <summary>Reads answers of the exchanges' REST interfaces; an unreadable one is an <see cref="HttpRequestException"/> like any other failure.</summary>
internal static class RestAnswer
{
    public delegate T Element<out T>(ref Utf8JsonReader json);

    /// <exception cref="HttpRequestException">It is not JSON.</exception>
    public static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new HttpRequestException("The answer is not JSON.", e);
        }
    }

    /// <exception cref="HttpRequestException">The answer has not the expected shape.</exception>
    public static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new HttpRequestException($"The answer has not the documented shape: {e.Message}", e);
        }
    }

    /// <summary>A decimal above zero, printed as string or number.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static decimal Positive(JsonElement value, string field) => NotNegative(value, field) is > 0 and var number ? number : throw FieldException.Impossible(field, "0", "a number above 0");

    /// <summary>A decimal of at least zero, printed as string or number; digits past what <see cref="decimal"/> holds are rounded.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static decimal NotNegative(JsonElement value, string field)
    {
        var json = ReaderOf(value);
        return JsonFields.NotNegative(ref json, field);
    }

    /// <summary>A decimal of either sign, printed as string or number.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static decimal Number(JsonElement value, string field)
    {
        var json = ReaderOf(value);
        return JsonFields.Number(ref json, field);
    }

    /// <summary>A reader that stands on the value, for what reads messages of the sockets too.</summary>
    public static Utf8JsonReader ReaderOf(JsonElement value)
    {
        var json = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value));
        json.Read();
        return json;
    }

    /// <summary>Reads an array of objects; <paramref name="element"/> is called inside each and must leave it at its end.</summary>
    /// <exception cref="HttpRequestException">The answer has not the expected shape.</exception>
    public static List<T> ReadArray<T>(ReadOnlySpan<byte> body, Element<T> element)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            var items = new List<T>();
            if (!json.Read() || json.TokenType != JsonTokenType.StartArray) throw new HttpRequestException("The answer is not a JSON array.");
            while (json.Read() && json.TokenType == JsonTokenType.StartObject) items.Add(element(ref json));
            return items;
        }
        catch (Exception e) when (e is JsonException or FieldException or InvalidOperationException)
        {
            throw new HttpRequestException($"The answer has not the documented shape: {e.Message}", e);
        }
    }
}
