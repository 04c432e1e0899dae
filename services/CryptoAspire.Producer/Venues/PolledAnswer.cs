using System.Text;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues;

/// <summary>Reads JSON answers of polled sources element by element: what one of them spoils is rejected alone.</summary>
internal static class PolledAnswer
{
    /// <summary>Calls <paramref name="use"/> for each element of the answer's list; an element that throws a <see cref="FormatException"/> is rejected with its reason.</summary>
    /// <exception cref="HttpRequestException">The answer has no such list; it was rejected as a whole.</exception>
    public static async Task EachAsync(byte[] body, Func<JsonElement, JsonElement> list, IFeedOutlet outlet, TimeProvider clock, Func<JsonElement, Task> use, CancellationToken cancellation)
    {
        JsonDocument answer;
        List<JsonElement> elements;
        try
        {
            answer = RestAnswer.Parse(body);
            elements = RestAnswer.Read(answer, root => list(root).EnumerateArray().ToList());
        }
        catch (HttpRequestException e)
        {
            await outlet.RejectAsync(body, e.Message, UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
            throw;
        }
        using (answer)
        {
            foreach (var element in elements)
            {
                try
                {
                    await use(element);
                }
                catch (Exception e) when (e is FormatException or InvalidOperationException or KeyNotFoundException)
                {
                    await outlet.RejectAsync(Encoding.UTF8.GetBytes(element.GetRawText()), e.Message, UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
                }
            }
        }
    }

    /// <exception cref="FieldException">There is no text.</exception>
    public static string Text(JsonElement parent, string field) => Optional(parent, field) ?? throw FieldException.Missing(field);

    /// <summary>Null where the source has none and prints null, an empty string or nothing.</summary>
    public static string? Optional(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <exception cref="FieldException">It is no ISO 8601 time.</exception>
    public static DateTimeOffset Time(JsonElement parent, string field)
    {
        var text = Text(parent, field);
        return IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var us)
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(us)
            : throw FieldException.Impossible(field, text, "an ISO 8601 time");
    }

    /// <exception cref="FieldException">The time is further in the future than clocks differ.</exception>
    public static void NotAhead(string field, DateTimeOffset time, TimeProvider clock, TimeSpan allowed)
    {
        if (time > clock.GetUtcNow() + allowed) throw FieldException.Impossible(field, time.ToString("O"), "a time that is not in the future");
    }
}
