using System.Buffers.Text;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Reads a time; false when it is not of that kind.</summary>
/// <param name="us">Unix µs.</param>
internal delegate bool TimeReader(ReadOnlySpan<byte> text, out long us);

/// <summary>The times that tables have; all are UTC.</summary>
internal static class HistoryTime
{
    private const long SecondUs = 1_000_000;

    /// <summary>
    /// Seconds, ms, µs or ns since 1970; the number of digits tells which: 10, 13, 16 and 19 of them are the years 2001 to 2286 in each unit. Decimals are
    /// read if they are zeros.
    /// </summary>
    public static bool TryUnix(ReadOnlySpan<byte> text, out long us)
    {
        us = 0;
        if (text.IndexOf((byte)'.') is var point and > 0)
        {
            if (text[(point + 1)..].ContainsAnyExcept((byte)'0')) return false;
            text = text[..point];
        }
        if (text.Length == 0 || text[0] is (byte)'0' or (byte)'+' or (byte)'-' || !Utf8Parser.TryParse(text, out long value, out var read) || read != text.Length) return false;
        switch (text.Length)
        {
            case 10: us = value * SecondUs; return true;
            case 13: us = value * 1_000; return true;
            case 16: us = value; return true;
            case 19: us = value / 1_000; return true;
            default: return false;
        }
    }

    /// <summary><c>2019-10-17</c>, <c>2019-10-17 09-AM</c> (12-AM is midnight, 12-PM noon), <c>2020-04-11 23:59:59</c>; with a T, and a Z or +00:00 at the end too.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out long us)
    {
        us = 0;
        if (text.Length < 10 || text[4] != (byte)'-' || text[7] != (byte)'-') return false;
        if (!IsoTime.Digits(text[..4], out var year) || !IsoTime.Digits(text[5..7], out var month) || !IsoTime.Digits(text[8..10], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        var second = 0;
        if (text.Length > 10 && (text[10] is not ((byte)' ' or (byte)'T') || !TryClock(text[11..], out second))) return false;
        us = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond + second * SecondUs;
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out int second)
    {
        second = 0;
        if (text.Length == 5 && text[2] == (byte)'-')
        {
            var isAfternoon = text[3..].SequenceEqual("PM"u8);
            if (!isAfternoon && !text[3..].SequenceEqual("AM"u8) || !IsoTime.Digits(text[..2], out var twelfth) || twelfth is < 1 or > 12) return false;
            second = (twelfth % 12 + (isAfternoon ? 12 : 0)) * 3600;
            return true;
        }
        if (text.EndsWith("Z"u8)) text = text[..^1];
        else if (text.EndsWith("+00:00"u8)) text = text[..^6];
        if (text.Length != 8 || text[2] != (byte)':' || text[5] != (byte)':') return false;
        if (!IsoTime.Digits(text[..2], out var hours) || !IsoTime.Digits(text[3..5], out var minutes) || !IsoTime.Digits(text[6..], out var seconds) || hours > 23 || minutes > 59 || seconds > 59) return false;
        second = hours * 3600 + minutes * 60 + seconds;
        return true;
    }
}
