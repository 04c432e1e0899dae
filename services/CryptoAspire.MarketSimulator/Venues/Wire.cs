using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CryptoAspire.MarketSimulator.Venues;

/// <summary>How values look on the wires of more than one venue.</summary>
internal static class Wire
{
    /// <summary>One JSON object.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> write)
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

    /// <summary>A JSON answer that is written as it is made.</summary>
    public static IResult Answer(Action<Utf8JsonWriter> write) => Results.Stream(async body =>
    {
        await using var json = new Utf8JsonWriter(body);
        write(json);
    }, "application/json; charset=utf-8");

    /// <summary>Without trailing zeros.</summary>
    public static string Text(decimal value) => value.ToString("0.############", CultureInfo.InvariantCulture);

    /// <summary>2026-08-09T21:05:48.504360Z.</summary>
    public static string Microseconds(long unixUs) => Time(unixUs, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>2026-08-09T21:05:48.50436Z: no zeros at the end.</summary>
    public static string TrimmedMicroseconds(long unixUs) => Time(unixUs, "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'");

    /// <summary>2026-08-09T21:05:48.251397100Z: nine digits, as a clock of 100 ns ticks has them.</summary>
    public static string Nanoseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    public static long UnixUs(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static string Time(long unixUs, string format) => DateTimeOffset.UnixEpoch.AddMicroseconds(unixUs).ToString(format, CultureInfo.InvariantCulture);
}
