using System.Buffers.Binary;
using System.IO.Compression;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;
using Snappier;

namespace CryptoAspire.LocalKafka.Tests.Cli;

/// <summary>Forms that kcat does not write; those that it does are in <see cref="CommandTests"/>.</summary>
public class BatchDecompressorTests
{
    private static readonly byte[] s_plain = new RecordBatchBuilder().Add(1, null, "first"u8.ToArray()).Add(2, null, "second"u8.ToArray()).Build();

    [Fact]
    public void The_Java_clients_snappy_in_several_blocks_is_read()
    {
        var records = s_plain.AsSpan(RecordBatchHeader.Size);
        using var framed = new MemoryStream();
        framed.Write([0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1]);
        foreach (var part in new[] { records[..5].ToArray(), records[5..].ToArray() })
        {
            var block = Snappy.CompressToArray(part);
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, block.Length);
            framed.Write(length);
            framed.Write(block);
        }

        var batch = BatchDecompressor.Decompress(Compressed(framed.ToArray()), CompressionType.Snappy);
        Assert.Equal(["first", "second"], RecordBatchReader.ReadAll(batch).Select(r => System.Text.Encoding.UTF8.GetString(r.Value!.Value.Span)));
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void Bytes_that_are_not_what_the_header_says_are_refused(CompressionType compression)
    {
        var random = new byte[500];
        new Random(7).NextBytes(random);
        Assert.Throws<InvalidDataException>(() => BatchDecompressor.Decompress(Compressed(random), compression));
    }

    [Fact]
    public void A_batch_that_would_fill_the_memory_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (var written = 0; written <= BatchDecompressor.MostBytes; written += 1 << 20)
                gzip.Write(new byte[1 << 20]);
        var refused = Assert.Throws<InvalidDataException>(() => BatchDecompressor.Decompress(Compressed(packed.ToArray()), CompressionType.Gzip));
        Assert.Equal("more than 64 MiB", refused.Message);
    }

    private static byte[] Compressed(byte[] records) => [.. s_plain[..RecordBatchHeader.Size], .. records];
}
