using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>Hostile input for the primitive types, and the errors that people get to read.</summary>
public sealed class KafkaReaderTests
{
    [Fact]
    public void An_error_names_message_version_field_position_and_value()
    {
        var refusal = Refused("0000 0000000a 7fffffff", (ref KafkaReader r) =>
        {
            r.ReadInt16("unused");
            return MetadataRequest.Read(ref r, 1);
        });
        Assert.Equal("Kafka Metadata v1, field Topics at byte 6: 10 elements are announced, 4 bytes are left", refusal.Message);
        Assert.Equal((ApiKey.Metadata, (short)1, "Topics", 6, 10L), (refusal.Api, refusal.Version, refusal.Field, refusal.Position, refusal.Value));
    }

    [Theory]
    [InlineData("fffe", "GroupId", -2)] // a length below null
    [InlineData("ffff", "GroupId", -1)] // null where it is not allowed
    [InlineData("7fff 61", "GroupId", short.MaxValue)]
    [InlineData("0002 c328", "GroupId", 2)] // not UTF-8
    [InlineData("0002 eda0", "GroupId", 2)] // half a surrogate
    [InlineData("00", "GroupId", 2)]
    public void Classic_strings_are_checked(string hex, string field, long value)
    {
        var refusal = Refused(hex, (ref KafkaReader r) => HeartbeatRequest.Read(ref r, 0));
        Assert.Equal((field, value), (refusal.Field, refusal.Value));
    }

    [Theory]
    [InlineData("00", -1)]
    [InlineData("05 61", 4)]
    [InlineData("ffffffff0f 61", 4294967294)] // a length that no int holds
    [InlineData("8080808080 01", -1)] // a varint of six bytes
    [InlineData("ffffffff7f 61", -1)] // a varint of 35 bits
    [InlineData("ff", 2)] // cut within the varint
    public void Compact_strings_are_checked(string hex, long value)
    {
        var refusal = Refused(hex, (ref KafkaReader r) => OffsetFetchRequest.Read(ref r, 6));
        Assert.Equal(("GroupId", value), (refusal.Field, refusal.Value));
    }

    [Fact]
    public void A_compact_string_is_not_longer_than_a_classic_one_can_be()
    {
        var longest = new OffsetFetchRequest { GroupId = new string('g', short.MaxValue) };
        var type = MessageType.All.Single(m => m.Type == typeof(OffsetFetchRequest));
        var bytes = type.ToBytes(longest, 6);
        Assert.Equal(longest.GroupId, ((OffsetFetchRequest)type.FromBytes(bytes, 6)).GroupId);
        Assert.Equal("808002", Convert.ToHexStringLower(bytes.AsSpan(0, 3))); // 32,767 + 1
        byte[] longer = [0x81, .. bytes.AsSpan(1, 2), (byte)'g', .. bytes.AsSpan(3)];
        Assert.Equal(short.MaxValue + 1, Assert.Throws<ProtocolException>(() => type.FromBytes(longer, 6)).Value);
    }

    [Theory]
    [InlineData("7fffffff")]
    [InlineData("00000002 00000000 000000")]
    [InlineData("fffffffe")]
    [InlineData("ffffffff")]
    public void Counts_of_integers_are_checked_against_the_bytes_that_are_left(string hex) =>
        Assert.Equal("Partitions", Refused("0000 00000001 0001 61" + hex, (ref KafkaReader r) => OffsetCommitLike(ref r)).Field);

    [Theory]
    [InlineData("00000005 01")]
    [InlineData("7fffffff 01")]
    [InlineData("80000000 01")]
    public void Record_lengths_are_checked(string hex) =>
        Assert.Equal("Records", Refused("0001 00000000 00000001 0001 61 00000001 00000000" + hex, (ref KafkaReader r) => ProduceRequest.Read(ref r, 0)).Field);

    [Fact]
    public void Old_message_sets_are_decoded_as_opaque_bytes()
    {
        var reader = new KafkaReader(Hex("0001 00000000 00000001 0001 61 00000001 00000000 00000003 010203"));
        var partition = ProduceRequest.Read(ref reader, 0).TopicData[0].PartitionData[0];
        Assert.Equal([1, 2, 3], partition.Records!.Value.ToArray());
    }

    [Fact]
    public void Tagged_fields_that_do_not_fit_are_refused()
    {
        Assert.Equal("tagged field", Refused("02 67 00 01 05 7f 00", (ref KafkaReader r) => OffsetFetchRequest.Read(ref r, 6)).Field);
        Assert.Equal("tagged fields", Refused("02 67 00 ffffffffff", (ref KafkaReader r) => OffsetFetchRequest.Read(ref r, 6)).Field);
        Assert.Equal("tag", Refused("02 67 00 ffffffff0f", (ref KafkaReader r) => OffsetFetchRequest.Read(ref r, 6)).Field);
    }

    [Fact]
    public void Null_topics_of_version_0_are_written_as_none()
    {
        Assert.Equal("00000000", ToHex(new MetadataRequest { Topics = null }, 0));
        Assert.Equal("ffffffff", ToHex(new MetadataRequest { Topics = null }, 1));
        Assert.Equal("0000" + "00000000", ToHex(new OffsetFetchRequest { Topics = null }, 1));
        Assert.Equal("0000" + "ffffffff", ToHex(new OffsetFetchRequest { Topics = null }, 2));
    }

    [Fact]
    public void The_header_of_an_unknown_API_or_version_can_still_be_read()
    {
        var reader = new KafkaReader(Hex("0012 0004 00000001 0001 63 ff ff ff"));
        var tooNew = RequestHeader.Read(ref reader);
        Assert.Equal(new RequestHeader(ApiKey.ApiVersions, 4, 1, "c"), tooNew);
        Assert.False(tooNew.IsSupported);

        foreach (var key in new short[] { -1, short.MinValue, 4, 17, 27, 48, 1000, short.MaxValue })
        {
            Assert.False(ApiVersionTable.TryGet((ApiKey)key, out _));
            Assert.False(ApiVersionTable.Supports((ApiKey)key, 0));
            Assert.False(ApiVersionTable.IsFlexible((ApiKey)key, short.MaxValue));
        }
    }

    [Fact]
    public void A_header_cut_short_is_refused_without_an_API()
    {
        var refusal = Refused("0012 0003 0000", (ref KafkaReader r) => RequestHeader.Read(ref r));
        Assert.Equal("Kafka header, field CorrelationId at byte 4: 4 bytes are needed, 2 are left", refusal.Message);
    }

    [Fact]
    public void A_name_that_comes_again_is_the_same_string()
    {
        var first = MetadataRequestFor("crypto_prices");
        Assert.Same(first, MetadataRequestFor("crypto_prices"));
        for (var i = 0; i < 20_000; i++) Assert.Equal($"t{i}", MetadataRequestFor($"t{i}")); // collisions evict, nothing more
        Assert.Equal("crypto_prices", MetadataRequestFor("crypto_prices"));
        Assert.Equal("größe", MetadataRequestFor("größe"));
    }

    private delegate object Parse(ref KafkaReader reader);

    private static string MetadataRequestFor(string topic)
    {
        var body = MessageType.All.Single(m => m.Type == typeof(MetadataRequest)).ToBytes(new MetadataRequest { Topics = [new() { Name = topic }] }, 1);
        var reader = new KafkaReader(body);
        return MetadataRequest.Read(ref reader, 1).Topics![0].Name;
    }

    private static object OffsetCommitLike(ref KafkaReader reader)
    {
        reader.ReadInt16("unused");
        reader.ReadInt32("unused");
        reader.ReadString("unused");
        return reader.ReadInt32Array("Partitions");
    }

    private static ProtocolException Refused(string hex, Parse parse) => Assert.Throws<ProtocolException>(() =>
    {
        var reader = new KafkaReader(Hex(hex));
        parse(ref reader);
    });

    private static string ToHex<T>(T message, short version) where T : IKafkaMessage<T> =>
        Convert.ToHexStringLower(MessageType.All.Single(m => m.Type == typeof(T)).ToBytes(message, version));

    private static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(char.IsAsciiHexDigit)));
}
