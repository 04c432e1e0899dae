using System.Text.Json;

namespace CryptoAspire.Producer.Venues;

/// <summary>Answers of the exchanges' REST interfaces: bounded in size, and an unreadable one is an <see cref="HttpRequestException"/> like any other failure.</summary>
internal static class RestAnswer
{
    // Coinbase's product list, the longest answer, has less than half a megabyte; Binance's unfiltered one about 15.
    private const int MaxBytes = 32 << 20;

    public delegate T Element<out T>(ref Utf8JsonReader json);

    /// <exception cref="HttpRequestException">No answer, an error status, or too long an answer.</exception>
    public static async Task<byte[]> GetBytesAsync(HttpClient http, Uri address, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (memory.Length + read > MaxBytes) throw new HttpRequestException($"{address.Host} answered with more than {MaxBytes >> 20} MiB to {address.AbsolutePath}");
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }

    /// <exception cref="HttpRequestException">As above, or the answer is not JSON.</exception>
    public static async Task<JsonDocument> GetAsync(HttpClient http, Uri address, CancellationToken cancellation)
    {
        var body = await GetBytesAsync(http, address, cancellation);
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new HttpRequestException($"{address.Host} answered {address.AbsolutePath} with something that is not JSON", e);
        }
    }

    /// <exception cref="HttpRequestException">The answer has not the expected shape.</exception>
    public static T Read<T>(JsonDocument answer, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HttpRequestException($"The answer has not the documented shape: {e.Message}", e);
        }
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
