using System.Globalization;
using CryptoAspire.Market;

namespace CryptoAspire.Api;

/// <summary>Reads request arguments, or says which one is wrong and what to write instead.</summary>
internal static class Arguments
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The canonical symbol behind any accepted spelling.</summary>
    public static string ReadSymbol(string text) => Symbol.TryParse(text, out var symbol)
        ? symbol.Name
        : throw new RequestProblemException(400, "symbol", text, "is not a symbol.", "Write BASE-QUOTE, for example BTC-USD; BTCUSD and btc-usd are read too.");

    public static Interval ReadInterval(string? text) => text is null
        ? Interval.OneMinute
        : Intervals.TryParse(text, out var interval)
            ? interval
            : throw new RequestProblemException(400, "interval", text, "is not an interval.", "Use one of 1m, 5m, 15m, 1h, 4h, 1d.");

    public static string ReadVenue(string? text)
    {
        if (text is null)
            return Venue.All;
        if (text == Venue.All || (text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')))
            return text;
        throw new RequestProblemException(400, "venue", text, "is not a venue.", "Use a source such as coinbase or binance-sim, or * for all together.");
    }

    public static DateTimeOffset? ReadTime(string field, string? text)
    {
        if (text is null)
            return null;

        // A + that was not escaped arrives as a space.
        return DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, Utc, out var time)
            ? time
            : throw new RequestProblemException(400, field, text, "is not a time.", "Write ISO 8601, for example 2024-08-08T23:55:00Z; a time without an offset is UTC.");
    }

    /// <summary>A whole number within bounds, both inclusive.</summary>
    public static int ReadCount(string field, string? text, int otherwise, int most)
    {
        if (text is null)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most
            ? count
            : throw new RequestProblemException(400, field, text, $"is not a whole number from 1 to {most}.", $"Leave it out for {otherwise}.");
    }

    /// <summary>An id that pages go down from; the highest when it was left out.</summary>
    public static long ReadBefore(string? text) => text is null
        ? long.MaxValue
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new RequestProblemException(400, "before", text, "is not an id.", "Give the lowest id of the page before, or leave it out for the newest.");

    public static bool? ReadFlag(string field, string? text) => text switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw new RequestProblemException(400, field, text, "is neither true nor false.", "Write true or false, or leave it out."),
    };
}
