using System.Numerics;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Base-128 numbers, least significant group first; signed ones are zigzag coded (Protocol Buffers' encoding, which Kafka adopted).</summary>
public static class Varint
{
    public const int MaxLength32 = 5;
    public const int MaxLength64 = 10;

    /// <returns>Bytes read; 0 when the source ends too early; -1 when the number does not fit in 32 bits.</returns>
    public static int TryReadUnsigned(ReadOnlySpan<byte> source, out uint value)
    {
        var read = TryReadUnsigned(source, MaxLength32, out var wide);
        value = (uint)wide;
        return read > 0 && wide > uint.MaxValue ? -1 : read;
    }

    /// <inheritdoc cref="TryReadUnsigned(ReadOnlySpan{byte}, out uint)"/>
    public static int TryReadSigned(ReadOnlySpan<byte> source, out int value)
    {
        var read = TryReadUnsigned(source, out var raw);
        value = (int)(raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    /// <returns>Bytes read; 0 when the source ends too early; -1 when the number does not fit in 64 bits.</returns>
    public static int TryReadSigned(ReadOnlySpan<byte> source, out long value)
    {
        var read = TryReadUnsigned(source, MaxLength64, out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    /// <returns>Bytes written, at most <see cref="MaxLength64"/>.</returns>
    public static int WriteUnsigned(Span<byte> destination, ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7) destination[i++] = (byte)(value | 0x80);
        destination[i++] = (byte)value;
        return i;
    }

    /// <returns>Bytes written. A 32-bit number has the same zigzag coding whether written as int or as long.</returns>
    public static int WriteSigned(Span<byte> destination, long value) => WriteUnsigned(destination, ZigZag(value));

    public static int UnsignedLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static int SignedLength(long value) => UnsignedLength(ZigZag(value));

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static int TryReadUnsigned(ReadOnlySpan<byte> source, int maxLength, out ulong value)
    {
        value = 0;
        for (var i = 0; i < maxLength; i++)
        {
            if (i >= source.Length) return 0;
            var b = source[i];
            if (i == MaxLength64 - 1 && b > 1) return -1; // only one bit of the tenth group is left
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80) return i + 1;
        }
        return -1;
    }
}
