using System.Buffers.Text;
using System.Globalization;

namespace CryptoAspire.Market;

/// <summary>Decimals as plain text (<c>-12.5</c>; no exponent, no group separators), read exactly or not at all, without allocation.</summary>
public static class DecimalText
{
    /// <summary>Room for any decimal: 29 digits, a sign, a point and a leading zero.</summary>
    public const int LongestUtf8 = 32;

    /// <summary>The text of the value in the given room; its trailing zeros are kept.</summary>
    public static ReadOnlySpan<byte> Format(decimal value, Span<byte> room)
    {
        if (!value.TryFormat(room, out var length, default, CultureInfo.InvariantCulture))
            throw new ArgumentException($"Room for {room.Length} bytes; a decimal needs {LongestUtf8}.", nameof(room));
        return room[..length];
    }

    /// <summary>
    /// Reads a plain decimal of at most 28 significant digits. Zeros after the last digit of the fraction are dropped (61837.63000000 is
    /// 61837.63): products and sums of such values stay within decimal's 28 digits, hence exact.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out decimal value)
    {
        value = 0;
        var negative = text.Length > 0 && text[0] == (byte)'-';
        var digits = negative ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        if (digits.Length == 0 || point == 0 || point == digits.Length - 1)
            return false;
        if (point > 0)
        {
            if (digits[(point + 1)..].Contains((byte)'.'))
                return false;
            digits = digits.TrimEnd((byte)'0');
            if (digits[^1] == (byte)'.')
                digits = digits[..^1];
        }

        if (digits.Length > 19)
            return TryParseLong(text, digits, out value);

        ulong mantissa = 0;
        var scale = 0;
        foreach (var c in digits)
        {
            if (c == (byte)'.')
            {
                scale = digits.Length - 1 - point;
                continue;
            }

            var digit = (uint)(c - '0');
            if (digit > 9)
                return false;
            mantissa = mantissa * 10 + digit;
        }

        value = new decimal((int)mantissa, (int)(mantissa >> 32), 0, negative, (byte)scale);
        return true;
    }

    // Past 18 digits: the framework's parser, after the checks that it would be lenient about.
    private static bool TryParseLong(ReadOnlySpan<byte> text, ReadOnlySpan<byte> digits, out decimal value)
    {
        value = 0;
        if (digits.ContainsAnyExcept("0123456789."u8))
            return false;
        var significant = digits.TrimStart("0."u8);
        if (significant.Length - (significant.Contains((byte)'.') ? 1 : 0) > 28)
            return false;
        var point = digits.IndexOf((byte)'.');
        if (point >= 0 && digits.Length - 1 - point > 28)
            return false;
        if (!Utf8Parser.TryParse(digits, out value, out var consumed) || consumed != digits.Length)
            return false;
        if (text[0] == (byte)'-')
            value = -value;
        return true;
    }
}
