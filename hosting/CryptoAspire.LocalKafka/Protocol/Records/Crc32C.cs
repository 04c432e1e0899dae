using System.Numerics;
using System.Runtime.InteropServices;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>CRC-32C (Castagnoli, RFC 3720), the checksum of record batches; one processor instruction for 8 bytes where there is one.</summary>
public static class Crc32C
{
    /// <summary>Checksum of <paramref name="data"/>; of the ASCII digits 1 to 9 it is e3069283.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Checksum of what <paramref name="crc"/> covers followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        if (BitConverter.IsLittleEndian)
            foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        else words = default;
        foreach (var b in data[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
