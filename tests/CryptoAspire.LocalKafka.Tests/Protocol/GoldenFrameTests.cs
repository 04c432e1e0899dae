using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>Frames written out by hand after the protocol guide, byte for byte, header included: what is on the wire, not what we agree on with ourselves.</summary>
public sealed class GoldenFrameTests
{
    private const string Trades = "0006 747261646573";
    private const string CompactTrades = "07 747261646573";

    [Fact]
    public void ApiVersions_0_request() => Request(
        "0012 0000 00000001 0007 72646b61666b61",
        new RequestHeader(ApiKey.ApiVersions, 0, 1, "rdkafka"), new ApiVersionsRequest());

    [Fact]
    public void ApiVersions_0_response() => Response(
        "00000001 0000 00000002 0000 0000 0008 0012 0000 0003",
        0, 1, new ApiVersionsResponse
        {
            ApiKeys =
            [
                new() { ApiKey = ApiKey.Produce, MinVersion = 0, MaxVersion = 8 },
                new() { ApiKey = ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 3 },
            ],
        });

    [Fact]
    public void ApiVersions_3_request_has_a_flexible_header_with_a_classic_client_id() => Request(
        "0012 0003 00000002 0007 72646b61666b61 00   0b 6c696272646b61666b61 06 322e302e32 00",
        new RequestHeader(ApiKey.ApiVersions, 3, 2, "rdkafka"), new ApiVersionsRequest { ClientSoftwareName = "librdkafka", ClientSoftwareVersion = "2.0.2" });

    [Fact]
    public void ApiVersions_3_response_is_flexible_behind_a_classic_header() => Response(
        "00000002   0023 02 0012 0000 0003 00 00000000 00",
        3, 2, new ApiVersionsResponse
        {
            ErrorCode = ErrorCode.UnsupportedVersion,
            ApiKeys = [new() { ApiKey = ApiKey.ApiVersions, MinVersion = 0, MaxVersion = 3 }],
        });

    [Fact]
    public void Tagged_fields_of_an_Apache_broker_are_skipped()
    {
        // Tag 1, finalized features epoch, 8 bytes; tag 3, ZooKeeper migration, 1 byte.
        var reader = new KafkaReader(Hex("0000 02 0012 0000 0003 00 00000000   02 01 08 0000000000000005 03 01 00"));
        var message = ApiVersionsResponse.Read(ref reader, 3);
        reader.ExpectEnd();
        Assert.Equal(ApiKey.ApiVersions, Assert.Single(message.ApiKeys).ApiKey);
    }

    [Fact]
    public void Metadata_1_request() => Request(
        $"0003 0001 00000003 ffff   00000001 {Trades}",
        new RequestHeader(ApiKey.Metadata, 1, 3, null), new MetadataRequest { Topics = [new() { Name = "trades" }] });

    [Fact]
    public void Metadata_1_request_for_every_topic() => Request(
        "0003 0001 00000003 ffff   ffffffff",
        new RequestHeader(ApiKey.Metadata, 1, 3, null), new MetadataRequest { Topics = null });

    [Fact]
    public void Metadata_1_response() => Response(
        $"""
        00000003
        00000001 00000000 0009 3132372e302e302e31 00002384 ffff
        00000000
        00000001 0000 {Trades} 00
          00000001 0000 00000002 00000000 00000001 00000000 00000001 00000000
        """,
        1, 3, new MetadataResponse
        {
            Brokers = [new() { NodeId = 0, Host = "127.0.0.1", Port = 9092 }],
            ControllerId = 0,
            Topics = [new() { Name = "trades", Partitions = [new() { PartitionIndex = 2, LeaderId = 0, ReplicaNodes = [0], IsrNodes = [0] }] }],
        });

    [Fact]
    public void Produce_7_request() => Request(
        $"0000 0007 00000004 0001 63   ffff ffff 00007530 00000001 {Trades} 00000001 00000003 00000005 0102030405",
        new RequestHeader(ApiKey.Produce, 7, 4, "c"),
        new ProduceRequest
        {
            Acks = -1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = "trades", PartitionData = [new() { Index = 3, Records = Hex("0102030405") }] }],
        });

    [Fact]
    public void Produce_7_response() => Response(
        $"00000004   00000001 {Trades} 00000001 00000003 0000 000000000000002a ffffffffffffffff 0000000000000007   00000000",
        7, 4, new ProduceResponse
        {
            Responses = [new() { Name = "trades", PartitionResponses = [new() { Index = 3, BaseOffset = 42, LogAppendTimeMs = -1, LogStartOffset = 7 }] }],
        });

    [Fact]
    public void Produce_8_response_says_which_record_is_refused() => Response(
        $"""
        00000004
        00000001 {Trades} 00000001 00000003 0057 ffffffffffffffff ffffffffffffffff 0000000000000007
          00000001 00000002 0004 6e6f6e65 ffff
        00000000
        """,
        8, 4, new ProduceResponse
        {
            Responses =
            [
                new()
                {
                    Name = "trades",
                    PartitionResponses =
                    [
                        new()
                        {
                            Index = 3, ErrorCode = ErrorCode.InvalidRecord, BaseOffset = -1, LogStartOffset = 7,
                            RecordErrors = [new() { BatchIndex = 2, BatchIndexErrorMessage = "none" }],
                        },
                    ],
                },
            ],
        });

    [Fact]
    public void Fetch_11_request() => Request(
        $"""
        0001 000b 00000005 0001 63
        ffffffff 000001f4 00000001 03200000 01 00000000 ffffffff
        00000001 {Trades} 00000001 00000002 ffffffff 0000000000000007 ffffffffffffffff 00100000
        00000000 0000
        """,
        new RequestHeader(ApiKey.Fetch, 11, 5, "c"),
        new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = 52_428_800,
            IsolationLevel = 1,
            Topics = [new() { Topic = "trades", Partitions = [new() { Partition = 2, FetchOffset = 7, PartitionMaxBytes = 1_048_576 }] }],
        });

    [Fact]
    public void Fetch_11_response() => Response(
        $"""
        00000005
        00000000 0000 00000000
        00000001 {Trades} 00000001
          00000002 0000 0000000000000009 0000000000000008 0000000000000001 00000001 00000000000003e8 0000000000000005 ffffffff 00000003 aabbcc
        """,
        11, 5, new FetchResponse
        {
            Responses =
            [
                new()
                {
                    Topic = "trades",
                    Partitions =
                    [
                        new()
                        {
                            PartitionIndex = 2, HighWatermark = 9, LastStableOffset = 8, LogStartOffset = 1,
                            AbortedTransactions = [new() { ProducerId = 1000, FirstOffset = 5 }], Records = Hex("aabbcc"),
                        },
                    ],
                },
            ],
        });

    [Fact]
    public void JoinGroup_5_request() => Request(
        """
        000b 0005 00000006 0001 63
        0001 67 0000afc8 000493e0 0000 0003 692d31 0008 636f6e73756d6572
        00000001 0005 72616e6765 00000002 0001
        """,
        new RequestHeader(ApiKey.JoinGroup, 5, 6, "c"),
        new JoinGroupRequest
        {
            GroupId = "g",
            SessionTimeoutMs = 45_000,
            RebalanceTimeoutMs = 300_000,
            GroupInstanceId = "i-1",
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = [0, 1] }],
        });

    [Fact]
    public void JoinGroup_5_response() => Response(
        "00000006   00000000 0000 00000001 0005 72616e6765 0003 6d2d31 0003 6d2d31 00000001 0003 6d2d31 0003 692d31 00000002 0001",
        5, 6, new JoinGroupResponse
        {
            GenerationId = 1,
            ProtocolName = "range",
            Leader = "m-1",
            MemberId = "m-1",
            Members = [new() { MemberId = "m-1", GroupInstanceId = "i-1", Metadata = [0, 1] }],
        });

    [Fact]
    public void OffsetFetch_6_request() => Request(
        $"0009 0006 00000007 0001 63 00   02 67 02 {CompactTrades} 03 00000000 00000001 00 00",
        new RequestHeader(ApiKey.OffsetFetch, 6, 7, "c"),
        new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "trades", PartitionIndexes = [0, 1] }] });

    [Fact]
    public void OffsetFetch_7_request_for_every_topic() => Request(
        "0009 0007 00000007 0001 63 00   02 67 00 01 00",
        new RequestHeader(ApiKey.OffsetFetch, 7, 7, "c"), new OffsetFetchRequest { GroupId = "g", Topics = null, RequireStable = true });

    [Fact]
    public void OffsetFetch_6_response() => Response(
        $"00000007 00   00000000 02 {CompactTrades} 02 00000001 000000000000002a ffffffff 01 0000 00 00 0000 00",
        6, 7, new OffsetFetchResponse
        {
            Topics = [new() { Name = "trades", Partitions = [new() { PartitionIndex = 1, CommittedOffset = 42, Metadata = "" }] }],
        });

    [Fact]
    public void InitProducerId_4_request() => Request(
        "0016 0004 00000008 0001 63 00   03 7478 0000ea60 ffffffffffffffff ffff 00",
        new RequestHeader(ApiKey.InitProducerId, 4, 8, "c"), new InitProducerIdRequest { TransactionalId = "tx", TransactionTimeoutMs = 60_000 });

    [Fact]
    public void InitProducerId_4_response() => Response(
        "00000008 00   00000000 0000 00000000000003e8 0001 00",
        4, 8, new InitProducerIdResponse { ProducerId = 1000, ProducerEpoch = 1 });

    [Fact]
    public void ListGroups_4_response() => Response(
        "00000009 00   00000000 0000 02 02 67 09 636f6e73756d6572 07 537461626c65 00 00",
        4, 9, new ListGroupsResponse { Groups = [new() { GroupId = "g", ProtocolType = "consumer", GroupState = "Stable" }] });

    [Fact]
    public void TxnOffsetCommit_3_request() => Request(
        $"""
        001c 0003 0000000a ffff 00
        03 7478 02 67 00000000000003e8 0001 00000005 04 6d2d31 00
        02 {CompactTrades} 02 00000001 000000000000002a ffffffff 00 00 00 00
        """,
        new RequestHeader(ApiKey.TxnOffsetCommit, 3, 10, null),
        new TxnOffsetCommitRequest
        {
            TransactionalId = "tx",
            GroupId = "g",
            ProducerId = 1000,
            ProducerEpoch = 1,
            GenerationId = 5,
            MemberId = "m-1",
            Topics = [new() { Name = "trades", Partitions = [new() { PartitionIndex = 1, CommittedOffset = 42 }] }],
        });

    private static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(char.IsAsciiHexDigit)));

    private static void Request<T>(string hex, RequestHeader header, T message) where T : IKafkaMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        header.Write(writer);
        message.Write(writer, header.ApiVersion);
        Assert.Equal(Convert.ToHexString(Hex(hex)), Convert.ToHexString(output.WrittenSpan));

        var reader = new KafkaReader(Hex(hex));
        Assert.Equal(header, RequestHeader.Read(ref reader));
        AssertSame(message, ref reader, header.ApiVersion);
    }

    private static void Response<T>(string hex, short version, int correlationId, T message) where T : IKafkaMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        ResponseHeader.Write(writer, T.ApiKey, version, correlationId);
        Assert.Equal(ResponseHeader.Size(T.ApiKey, version), output.WrittenCount);
        message.Write(writer, version);
        Assert.Equal(Convert.ToHexString(Hex(hex)), Convert.ToHexString(output.WrittenSpan));

        var reader = new KafkaReader(Hex(hex));
        Assert.Equal(correlationId, ResponseHeader.Read(ref reader, T.ApiKey, version));
        AssertSame(message, ref reader, version);
    }

    private static void AssertSame<T>(T message, ref KafkaReader reader, short version) where T : IKafkaMessage<T>
    {
        var read = T.Read(ref reader, version);
        reader.ExpectEnd();
        Assert.Null(MessageComparison.FirstDifference(message, read, version));
    }
}
