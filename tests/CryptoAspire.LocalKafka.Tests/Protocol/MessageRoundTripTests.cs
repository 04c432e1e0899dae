using CryptoAspire.LocalKafka.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>Laws that hold for every message in every version that the broker advertises.</summary>
public sealed class MessageRoundTripTests
{
    private static readonly Arbitrary<int> s_seeds = Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary();

    public static TheoryData<string, short> EveryMessageAndVersion()
    {
        var data = new TheoryData<string, short>();
        foreach (var message in MessageType.All)
            foreach (var version in Versions(message)) data.Add(message.Type.Name, version);
        return data;
    }

    [Fact]
    public void Every_API_of_the_table_has_its_request_and_its_response()
    {
        var expected = ApiVersionTable.All.SelectMany(row => new[] { (row.Key, false), (row.Key, true) });
        Assert.Equal(expected, MessageType.All.Select(m => (m.Api, m.IsResponse)));
        Assert.All(MessageType.All, m => Assert.Equal($"{m.Api}{(m.IsResponse ? "Response" : "Request")}", m.Type.Name));
        Assert.Equal(Enum.GetValues<ApiKey>(), ApiVersionTable.All.Select(row => row.Key));
    }

    [Theory, MemberData(nameof(EveryMessageAndVersion))]
    public void What_is_written_is_read_again(string name, short version) => ForAllMessages(name, version, 40, (type, message) =>
    {
        var bytes = type.ToBytes(message, version);
        var read = type.FromBytes(bytes, version);
        Assert.Null(MessageComparison.FirstDifference(message, read, version));
        Assert.Equal(bytes, type.ToBytes(read, version));
    });

    [Theory, MemberData(nameof(EveryMessageAndVersion))]
    public void A_message_cut_short_at_any_byte_is_refused(string name, short version) => ForAllMessages(name, version, 3, (type, message) =>
    {
        var bytes = type.ToBytes(message, version);
        var step = Math.Max(1, bytes.Length / 1000);
        for (var length = 0; length < bytes.Length; length += step)
        {
            var cut = bytes.AsMemory(0, length);
            var refusal = Assert.Throws<ProtocolException>(() => type.FromBytes(cut, version));
            Assert.Equal((type.Api, version), (refusal.Api, refusal.Version));
            Assert.InRange(refusal.Position, 0, length);
            Assert.Contains(refusal.Field, refusal.Message);
        }
    });

    [Theory, MemberData(nameof(EveryMessageAndVersion))]
    public void Bytes_after_the_end_are_noticed(string name, short version) => ForAllMessages(name, version, 3, (type, message) =>
    {
        byte[] longer = [.. type.ToBytes(message, version), 0];
        Assert.Equal("end", Assert.Throws<ProtocolException>(() => type.FromBytes(longer, version)).Field);
    });

    [Theory, MemberData(nameof(EveryMessageAndVersion))]
    public void A_damaged_message_is_read_or_refused_and_takes_no_more_memory_than_its_bytes_can_fill(string name, short version)
    {
        var type = MessageType.All.Single(m => m.Type.Name == name);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(s_seeds, seed =>
        {
            var random = new RandomMessages(seed);
            var damaged = random.Mutate(type.ToBytes(random.Message(type.Type, version), version));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                type.FromBytes(damaged, version);
            }
            catch (ProtocolException)
            {
            }
            // The largest object a single byte can stand for, the nesting of arrays, and room for the exception.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000 + (damaged.Length * 100));
        }));
    }

    [Fact]
    public void A_version_that_is_not_served_is_neither_read_nor_written() => Assert.All(MessageType.All, type =>
    {
        var above = (short)(Versions(type).Last() + 1);
        foreach (var version in new[] { above, (short)-1, short.MaxValue })
        {
            Assert.Throws<ProtocolException>(() => type.FromBytes(new byte[100], version));
            Assert.Throws<ArgumentOutOfRangeException>(() => type.ToBytes(Activator.CreateInstance(type.Type)!, version));
        }
    });

    [Fact]
    public void A_million_elements_are_the_end_even_when_the_frame_has_the_bytes_for_more()
    {
        var body = new byte[4 + KafkaReader.MaxElementsPerMessage + 1];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(body, KafkaReader.MaxElementsPerMessage + 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<ProtocolException>(() =>
        {
            var reader = new KafkaReader(body);
            return MetadataRequest.Read(ref reader, 0);
        });
        Assert.Equal(KafkaReader.MaxElementsPerMessage + 1, refusal.Value);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    private static IEnumerable<short> Versions(MessageType message)
    {
        Assert.True(ApiVersionTable.TryGet(message.Api, out var range));
        return Enumerable.Range(range.Min, range.Max - range.Min + 1).Select(v => (short)v);
    }

    private static void ForAllMessages(string name, short version, int times, Action<MessageType, object> law)
    {
        var type = MessageType.All.Single(m => m.Type.Name == name);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times),
            Prop.ForAll(s_seeds, seed => law(type, new RandomMessages(seed).Message(type.Type, version))));
    }
}
