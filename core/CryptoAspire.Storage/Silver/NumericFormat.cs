using System.Buffers.Binary;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// A decimal in PostgreSQL's binary <c>numeric</c>: digit count, weight, sign, display scale, then base-10000 digits, all big-endian int16
/// (PostgreSQL source, src/backend/utils/adt/numeric.c, numeric_send).
/// </summary>
internal static class NumericFormat
{
    /// <summary>Length word, header and the most digits that a decimal has.</summary>
    public const int LongestField = 4 + 8 + 2 * 16;

    private const int Positive = 0x0000;
    private const int Negative = 0x4000;

    /// <summary>Writes the field, its length word first; returns the bytes written.</summary>
    public static int WriteField(Span<byte> target, decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var scale = (bits[3] >> 16) & 0xff;
        var mantissa = new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);

        // Base-10000 digits are aligned to the decimal point: fill the fraction up to whole digits.
        var fractionDigits = (scale + 3) / 4;
        mantissa *= (fractionDigits * 4 - scale) switch { 1 => 10u, 2 => 100u, 3 => 1000u, _ => 1u };

        Span<short> digits = stackalloc short[16];
        var count = 0;
        while (mantissa > ulong.MaxValue)
        {
            (mantissa, var digit) = UInt128.DivRem(mantissa, 10_000);
            digits[count++] = (short)(ushort)digit;
        }

        for (var rest = (ulong)mantissa; rest != 0; rest /= 10_000)
            digits[count++] = (short)(rest % 10_000);

        var trailingZeros = 0;
        while (trailingZeros < count && digits[trailingZeros] == 0)
            trailingZeros++;

        var sent = count - trailingZeros;
        BinaryPrimitives.WriteInt32BigEndian(target, 8 + 2 * sent);
        BinaryPrimitives.WriteInt16BigEndian(target[4..], (short)sent);
        BinaryPrimitives.WriteInt16BigEndian(target[6..], (short)(sent == 0 ? 0 : count - 1 - fractionDigits));
        BinaryPrimitives.WriteInt16BigEndian(target[8..], (short)(bits[3] < 0 && sent > 0 ? Negative : Positive));
        BinaryPrimitives.WriteInt16BigEndian(target[10..], (short)scale);
        var position = 12;
        for (var i = count - 1; i >= trailingZeros; i--, position += 2)
            BinaryPrimitives.WriteInt16BigEndian(target[position..], digits[i]);
        return position;
    }
}
