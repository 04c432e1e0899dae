using System.Buffers.Binary;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Server;

public class ConnectionTests(InProcessBroker broker) : IClassFixture<InProcessBroker>
{
    [Fact]
    public async Task ApiVersions_above_ours_gets_a_version_0_answer_with_error_35_and_the_table()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Header((short)ApiKey.ApiVersions, 9, 77));
        var (id, body) = (await raw.ReceiveAsync())!.Value;
        var answer = RawConnection.Read<ApiVersionsResponse>(body, 0);
        Assert.Equal(77, id);
        Assert.Equal(ErrorCode.UnsupportedVersion, answer.ErrorCode);
        Assert.Equal(ApiVersionTable.All.Select(r => (r.Key, r.Min, r.Max)), answer.ApiKeys.Select(k => (k.ApiKey, k.MinVersion, k.MaxVersion)));

        // and the client may come down on the same connection
        await raw.SendAsync(RawConnection.Frame(new ApiVersionsRequest { ClientSoftwareName = "x", ClientSoftwareVersion = "1" }, 3, 78));
        Assert.Equal(78, (await raw.ReceiveAsync())!.Value.CorrelationId);
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 99)]
    [InlineData(17, 0)]
    [InlineData(999, 0)]
    [InlineData(-1, 0)]
    [InlineData(3, -1)]
    public async Task An_unknown_key_or_version_closes_the_connection(short key, short version)
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Header(key, version, 1));
        Assert.Null(await raw.ReceiveAsync());
    }

    [Fact]
    public async Task Pipelined_requests_in_one_packet_are_answered_in_order()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(
            RawConnection.Frame(new ApiVersionsRequest(), 0, 1),
            RawConnection.Frame(new MetadataRequest { Topics = [] }, 0, 2),
            RawConnection.Frame(new FindCoordinatorRequest { Key = "g" }, 0, 3));
        for (var expected = 1; expected <= 3; expected++)
            Assert.Equal(expected, (await raw.ReceiveAsync())!.Value.CorrelationId);
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_answered()
    {
        using var raw = await ConnectAsync();
        foreach (var single in RawConnection.Frame(new ApiVersionsRequest(), 0, 5))
            await raw.SendAsync([single]);
        Assert.Equal(5, (await raw.ReceiveAsync())!.Value.CorrelationId);
    }

    [Fact]
    public async Task Acks_0_is_not_answered_and_the_connection_goes_on()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Frame(new MetadataRequest { Topics = [new() { Name = "acks0" }] }, 4, 1));
        Assert.Equal(1, (await raw.ReceiveAsync())!.Value.CorrelationId);
        var batch = new RecordBatchBuilder().Add(1, null, "hello"u8.ToArray()).Build();
        await raw.SendAsync(
            RawConnection.Frame(Produce("acks0", batch, acks: 0), 7, 2),
            RawConnection.Frame(new ApiVersionsRequest(), 0, 3));
        Assert.Equal(3, (await raw.ReceiveAsync())!.Value.CorrelationId);

        await raw.SendAsync(RawConnection.Frame(new FetchRequest { MaxWaitMs = 5_000, MinBytes = 1, Topics = [new() { Topic = "acks0", Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] }, 11, 4));
        var fetched = RawConnection.Read<FetchResponse>((await raw.ReceiveAsync())!.Value.Body, 11).Responses[0].Partitions[0];
        Assert.Equal("hello"u8.ToArray(), RecordBatchReader.ReadAll(fetched.Records!.Value)[0].Value!.Value.ToArray());
    }

    [Fact]
    public async Task What_a_client_sent_before_it_closed_is_still_done()
    {
        const int Sent = 200;
        using (var raw = await ConnectAsync())
        {
            await raw.SendAsync(RawConnection.Frame(new MetadataRequest { Topics = [new() { Name = "closed" }] }, 4, 1));
            await raw.ReceiveAsync();
            var batch = new RecordBatchBuilder().Add(1, null, new byte[1_000]).Build();
            await raw.SendAsync([.. Enumerable.Range(0, Sent).Select(i => RawConnection.Frame(Produce("closed", batch, acks: 0), 7, i))]);
        }

        using var reader = await ConnectAsync();
        await Eventually.True(async () =>
        {
            await reader.SendAsync(RawConnection.Frame(new ListOffsetsRequest { Topics = [new() { Name = "closed", Partitions = [new() { Timestamp = -1 }] }] }, 2, 1));
            return RawConnection.Read<ListOffsetsResponse>((await reader.ReceiveAsync())!.Value.Body, 2).Topics[0].Partitions[0].Offset == Sent;
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData((100 << 20) + 1)]
    [InlineData(int.MaxValue)]
    public async Task A_length_that_no_request_has_closes_the_connection(int length)
    {
        using var raw = await ConnectAsync();
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        await raw.SendAsync(bytes);
        Assert.Null(await raw.ReceiveAsync());
    }

    [Fact]
    public async Task Half_a_request_is_dropped_after_the_receive_timeout()
    {
        // A broker of its own: with so little patience a slow machine would drop honest requests of the other tests.
        using var directory = new TemporaryDirectory("impatient");
        await using var impatient = await BrokerHost.StartAsync(new BrokerOptions { Port = 0, Data = directory["data"], ReceiveTimeout = TimeSpan.FromMilliseconds(500) });
        foreach (var bytes in (int[])[2, 4, 9])
        {
            using var raw = await RawConnection.ConnectAsync(impatient.Port);
            await raw.SendAsync(RawConnection.Frame(new ApiVersionsRequest(), 0, 1)[..bytes]);
            Assert.Null(await raw.ReceiveAsync());
        }
    }

    [Fact]
    public async Task A_body_cut_short_closes_the_connection()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Header((short)ApiKey.Metadata, 4, 1));
        Assert.Null(await raw.ReceiveAsync());
    }

    [Fact]
    public async Task A_long_poll_is_answered_by_the_next_append_and_by_its_time()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Frame(new MetadataRequest { Topics = [new() { Name = "poll" }] }, 4, 1));
        await raw.ReceiveAsync();
        var fetch = new FetchRequest { MaxWaitMs = 300, MinBytes = 1, Topics = [new() { Topic = "poll", Partitions = [new() { PartitionMaxBytes = 1 << 20 }] }] };
        await raw.SendAsync(RawConnection.Frame(fetch, 4, 2));
        var empty = RawConnection.Read<FetchResponse>((await raw.ReceiveAsync())!.Value.Body, 4).Responses[0].Partitions[0];
        Assert.Equal((ErrorCode.None, 0), (empty.ErrorCode, empty.Records!.Value.Length));

        fetch.MaxWaitMs = 30_000;
        await raw.SendAsync(RawConnection.Frame(fetch, 4, 3));
        var answer = raw.ReceiveAsync();
        using var producer = await ConnectAsync();
        await producer.SendAsync(RawConnection.Frame(Produce("poll", new RecordBatchBuilder().Add(1, null, "x"u8.ToArray()).Build(), acks: 1), 7, 1));
        Assert.NotNull(await producer.ReceiveAsync());
        var full = RawConnection.Read<FetchResponse>((await answer)!.Value.Body, 4).Responses[0].Partitions[0];
        Assert.Equal(1, full.HighWatermark);
        Assert.NotEqual(0, full.Records!.Value.Length);
    }

    [Fact]
    public async Task Versions_before_record_batches_are_refused_with_43()
    {
        using var raw = await ConnectAsync();
        await raw.SendAsync(RawConnection.Frame(Produce("old", new byte[30], acks: 1), 2, 1));
        var answer = RawConnection.Read<ProduceResponse>((await raw.ReceiveAsync())!.Value.Body, 2);
        Assert.Equal(ErrorCode.UnsupportedForMessageFormat, answer.Responses[0].PartitionResponses[0].ErrorCode);
    }

    [Fact]
    public async Task Health_and_metrics_tell_what_goes_on()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{broker.Host.HttpPort}") };
        Assert.Contains("\"status\": \"ok\"", await http.GetStringAsync("/health"), StringComparison.Ordinal);
        var metrics = await http.GetStringAsync("/metrics");
        Assert.Contains("localkafka_requests_total{api=\"ApiVersions\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("localkafka_fsync_duration_seconds_bucket{le=\"+Inf\"}", metrics, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
    }

    private static ProduceRequest Produce(string topic, byte[] batch, short acks) => new()
    {
        Acks = acks, TimeoutMs = 1_000, TopicData = [new() { Name = topic, PartitionData = [new() { Index = 0, Records = batch }] }],
    };

    private Task<RawConnection> ConnectAsync() => RawConnection.ConnectAsync(broker.Host.Port);
}
