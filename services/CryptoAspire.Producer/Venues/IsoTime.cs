namespace CryptoAspire.Producer.Venues;

/// <summary>Times as <c>2021-04-17T16:43:30.244075Z</c>: any number of decimals (those past the microsecond are cut), <c>Z</c>, an offset or nothing (UTC).</summary>
internal static class IsoTime
{
    private const int DateAndTime = 19;   // yyyy-MM-ddTHH:mm:ss

    public static bool TryParse(ReadOnlySpan<byte> text, out long unixUs)
    {
        unixUs = 0;
        if (text.Length < DateAndTime || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)' ') || text[13] != ':' || text[16] != ':') return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)) return false;
        if (year is 0 || month is 0 or > 12 || day is 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;

        var rest = text[DateAndTime..];
        var us = 0;
        if (rest.Length > 0 && rest[0] == '.')
        {
            var length = 1;
            for (var unit = 100_000; length < rest.Length && char.IsAsciiDigit((char)rest[length]); length++, unit /= 10) us += (rest[length] - '0') * unit;
            if (length == 1) return false;
            rest = rest[length..];
        }
        if (!TryOffset(rest, out var offsetMinutes)) return false;
        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks;
        unixUs = ticks / TimeSpan.TicksPerMicrosecond + us - offsetMinutes * 60_000_000L;
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 0 || text is [(byte)'Z']) return true;
        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _] || !Digits(text[1..3], out var hours) || !Digits(text[4..6], out var rest) || hours > 14 || rest > 59) return false;
        minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>A number of nothing but ASCII digits, few enough for an int; of no text at all: 0.</summary>
    public static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }
}
