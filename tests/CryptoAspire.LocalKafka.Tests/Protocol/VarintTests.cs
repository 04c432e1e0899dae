using CryptoAspire.LocalKafka.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(-1, "01")]
    [InlineData(1, "02")]
    [InlineData(63, "7e")]
    [InlineData(-64, "7f")]
    [InlineData(64, "8001")]
    [InlineData(300, "d804")]
    [InlineData(int.MaxValue, "feffffff0f")]
    [InlineData(int.MinValue, "ffffffff0f")]
    [InlineData(long.MaxValue, "feffffffffffffffff01")]
    [InlineData(long.MinValue, "ffffffffffffffffff01")]
    public void Signed_numbers_are_zigzag_coded(long value, string hex)
    {
        Span<byte> buffer = stackalloc byte[Varint.MaxLength64];
        var written = Varint.WriteSigned(buffer, value);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer[..written]));
        Assert.Equal(written, Varint.SignedLength(value));
        Assert.Equal(written, Varint.TryReadSigned(buffer, out long read));
        Assert.Equal(value, read);
    }

    [Fact]
    public void Every_number_survives_and_every_cut_is_noticed()
    {
        var bits = Gen.Choose(0, 63).SelectMany(shift => Gen.Choose(int.MinValue, int.MaxValue).Select(n => ((long)n << 31 | (uint)n) >> shift)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(bits, value =>
        {
            var buffer = new byte[Varint.MaxLength64];
            var written = Varint.WriteSigned(buffer, value);
            Assert.Equal((written, value), (Varint.TryReadSigned(buffer.AsSpan(0, written), out long read), read));
            for (var cut = 0; cut < written; cut++) Assert.Equal(0, Varint.TryReadSigned(buffer.AsSpan(0, cut), out long _));

            written = Varint.WriteSigned(buffer, (int)value);
            Assert.Equal((written, (int)value), (Varint.TryReadSigned(buffer, out int small), small));

            written = Varint.WriteUnsigned(buffer, (uint)value);
            Assert.Equal((written, (uint)value), (Varint.TryReadUnsigned(buffer, out var unsigned), unsigned));
            Assert.Equal(written, Varint.UnsignedLength((uint)value));
        }));
    }

    [Theory]
    [InlineData("8080808080")]
    [InlineData("ffffffff1f")]
    public void More_than_32_bits_are_refused(string hex)
    {
        Assert.Equal(-1, Varint.TryReadUnsigned(Convert.FromHexString(hex), out _));
        Assert.Equal(-1, Varint.TryReadSigned(Convert.FromHexString(hex), out int _));
    }

    [Theory]
    [InlineData("80808080808080808080")]
    [InlineData("ffffffffffffffffff02")]
    public void More_than_64_bits_are_refused(string hex) => Assert.Equal(-1, Varint.TryReadSigned(Convert.FromHexString(hex), out long _));
}
