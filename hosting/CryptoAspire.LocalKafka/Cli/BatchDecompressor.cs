using System.Buffers.Binary;
using System.IO.Compression;
using CryptoAspire.LocalKafka.Protocol;
using K4os.Compression.LZ4.Streams;
using Snappier;
using ZstdSharp;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>Turns a compressed record batch into a plain one, for people who look into it. The data path never does.</summary>
internal static class BatchDecompressor
{
    /// <summary>A few kilobytes of compressed zeros can stand for gigabytes: nobody peeks at more than this.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>What the Java client puts before snappy blocks, each with its length in front; librdkafka writes one bare block.</summary>
    private static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    private const int XerialHeader = 16;

    /// <summary>The batch with its records uncompressed; the checksum is not made anew.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what the header says, or stand for more than <see cref="MostBytes"/>.</exception>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> batch, CompressionType compression)
    {
        if (compression == CompressionType.None)
            return batch;
        using var plain = new MemoryStream();
        plain.Write(batch.Span[..RecordBatchHeader.Size]);
        var records = batch[RecordBatchHeader.Size..];
        try
        {
            switch (compression)
            {
                case CompressionType.Gzip:
                    Copy(new GZipStream(Reader(records), CompressionMode.Decompress), plain);
                    break;
                case CompressionType.Lz4:
                    Copy(LZ4Stream.Decode(Reader(records)), plain);
                    break;
                case CompressionType.Zstd:
                    Copy(new DecompressionStream(Reader(records)), plain);
                    break;
                case CompressionType.Snappy:
                    CopySnappy(records.Span, plain);
                    break;
                default:
                    throw new InvalidDataException($"compression type {(int)compression} is unknown");
            }
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            throw new InvalidDataException(e.Message, e);
        }
        var bytes = plain.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - RecordBatchHeader.LengthOverhead);
        bytes[22] &= 0xF8; // no compression
        return bytes;
    }

    private static MemoryStream Reader(ReadOnlyMemory<byte> bytes) => new(bytes.ToArray(), writable: false);

    private static void Copy(Stream from, MemoryStream to)
    {
        using (from)
        {
            var buffer = new byte[64 << 10];
            for (int read; (read = from.Read(buffer)) > 0;)
                Write(buffer.AsSpan(0, read), to);
        }
    }

    private static void CopySnappy(ReadOnlySpan<byte> bytes, MemoryStream to)
    {
        if (!bytes.StartsWith(XerialMagic))
        {
            CopyBlock(bytes, to);
            return;
        }
        for (bytes = bytes[XerialHeader..]; bytes.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            CopyBlock(bytes.Slice(sizeof(int), length), to);
            bytes = bytes[(sizeof(int) + length)..];
        }
    }

    private static void CopyBlock(ReadOnlySpan<byte> block, MemoryStream to)
    {
        if (Snappy.GetUncompressedLength(block) > MostBytes)
            throw TooLarge();
        Write(Snappy.DecompressToArray(block), to);
    }

    private static void Write(ReadOnlySpan<byte> bytes, MemoryStream to)
    {
        if (to.Length + bytes.Length > MostBytes)
            throw TooLarge();
        to.Write(bytes);
    }

    private static InvalidDataException TooLarge() => new($"more than {MostBytes >> 20} MiB");
}
