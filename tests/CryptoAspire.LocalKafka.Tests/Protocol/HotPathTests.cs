using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>What happens per request under load: sizes that must be exact, and allocations that must not creep in.</summary>
public sealed class HotPathTests
{
    private static readonly FetchResponse.PartitionData s_partition = new() { HighWatermark = 10, LastStableOffset = 10, LogStartOffset = 0 };

    [Fact]
    public void A_fetch_response_in_pieces_has_the_announced_sizes_and_the_bytes_of_the_whole()
    {
        var type = MessageType.All.Single(m => m.Type == typeof(FetchResponse));
        var cases = Gen.Choose(int.MinValue, int.MaxValue).SelectMany(seed => Gen.Choose(0, 11).Select(v => (Seed: seed, Version: (short)v))).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases, c =>
        {
            var response = (FetchResponse)new RandomMessages(c.Seed).Message(typeof(FetchResponse), c.Version);
            var output = new ArrayBufferWriter<byte>();
            var writer = new KafkaWriter(output);
            Sized(output, FetchResponse.HeaderSize(c.Version), () => response.WriteHeader(writer, c.Version, response.Responses.Count));
            foreach (var topic in response.Responses)
            {
                Sized(output, FetchResponse.FetchableTopicResponse.HeaderSize(topic.Topic),
                    () => FetchResponse.FetchableTopicResponse.WriteHeader(writer, topic.Topic, topic.Partitions.Count));
                foreach (var partition in topic.Partitions)
                {
                    Sized(output, partition.HeaderSize(c.Version), () => partition.WriteHeader(writer, c.Version, partition.Records?.Length ?? -1));
                    if (partition.Records is { } records) output.Write(records.Span);
                }
            }
            Assert.Equal(type.ToBytes(response, c.Version), output.WrittenSpan.ToArray());
        }));
    }

    [Fact]
    public void Writing_the_pieces_of_a_fetch_response_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var writer = new KafkaWriter(output);
        var response = new FetchResponse();
        Assert.Equal(0, AllocatedBy(() =>
        {
            output.ResetWrittenCount();
            ResponseHeader.Write(writer, ApiKey.Fetch, 11, 1);
            response.WriteHeader(writer, 11, 1);
            FetchResponse.FetchableTopicResponse.WriteHeader(writer, "crypto_prices", 1);
            s_partition.WriteHeader(writer, 11, 1000);
        }));
    }

    [Fact]
    public void Checking_and_numbering_a_batch_allocates_nothing()
    {
        var batch = new RecordBatchBuilder().Add(1, "k"u8.ToArray(), new byte[1000]).Build();
        Assert.Equal(0, AllocatedBy(() =>
        {
            RecordBatch.Validate(batch, out var header);
            RecordBatch.Assign(batch, header.NextOffset, 0);
        }));
    }

    [Fact]
    public void A_produce_request_costs_its_objects_and_nothing_for_names_and_records()
    {
        byte[] frame = RequestFrame(ApiKey.Produce, 7, new ProduceRequest
        {
            Acks = -1,
            TopicData = [new() { Name = "crypto_prices", PartitionData = [new() { Records = new byte[100_000] }] }],
        });
        // Request, topic and partition objects and two arrays of one element: about 200 bytes on 64 bits.
        Assert.InRange(AllocatedBy(() => Parse<ProduceRequest>(frame)), 1, 256);
    }

    [Fact]
    public void A_fetch_request_costs_its_objects_and_nothing_for_names()
    {
        byte[] frame = RequestFrame(ApiKey.Fetch, 11, new FetchRequest { Topics = [new() { Topic = "crypto_prices", Partitions = [new()] }] });
        Assert.InRange(AllocatedBy(() => Parse<FetchRequest>(frame)), 1, 320);
    }

    [Fact]
    public void Records_of_a_request_are_a_slice_of_the_frame()
    {
        var frame = RequestFrame(ApiKey.Produce, 7, new ProduceRequest
        {
            TopicData = [new() { Name = "t", PartitionData = [new() { Records = "abc"u8.ToArray() }] }],
        });
        var records = Parse<ProduceRequest>(frame).TopicData[0].PartitionData[0].Records!.Value;
        frame.AsSpan().Replace((byte)'b', (byte)'B');
        Assert.Equal("aBc"u8.ToArray(), records.ToArray());
    }

    private static T Parse<T>(byte[] frame) where T : IKafkaMessage<T>
    {
        var reader = new KafkaReader(frame);
        var header = RequestHeader.Read(ref reader);
        var message = T.Read(ref reader, header.ApiVersion);
        reader.ExpectEnd();
        return message;
    }

    private static byte[] RequestFrame<T>(ApiKey api, short version, T message) where T : IKafkaMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        new RequestHeader(api, version, 1, "rdkafka").Write(writer);
        message.Write(writer, version);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Bytes per call, after calls enough for caches and static fields; the smallest of some rounds, for the runtime allocates too.</summary>
    private static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 50; i++) action();
        var best = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            best = Math.Min(best, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return best;
    }

    private static void Sized(ArrayBufferWriter<byte> output, int size, Action write)
    {
        var before = output.WrittenCount;
        write();
        Assert.Equal(size, output.WrittenCount - before);
    }
}
