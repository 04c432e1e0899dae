using System.Net;
using System.Text.Json;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Log;

namespace CryptoAspire.LocalKafka.Tests.Server;

public class HealthTests
{
    [Fact]
    public async Task A_partition_that_takes_no_more_writes_is_told_by_health()
    {
        var files = new PowerCutFileSystem();
        await using var broker = await BrokerHost.StartAsync(new BrokerOptions { Port = 0, HttpPort = 0, Data = "/data", Partitions = 1, Flush = FlushMode.Always }, files);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{broker.HttpPort}") };
        using var raw = await RawConnection.ConnectAsync(broker.Port);
        await raw.SendAsync(RawConnection.Frame(new MetadataRequest { Topics = [new() { Name = "t" }] }, 4, 1));
        await raw.ReceiveAsync();
        Assert.Equal(ErrorCode.None, await ProduceAsync());
        Assert.Equal((HttpStatusCode.OK, "ok", 0), await HealthAsync());

        files.FailingSync = ".log";
        Assert.Equal(ErrorCode.KafkaStorageError, await ProduceAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failed", 1), await HealthAsync());
        Assert.Contains("t-0: Input/output error", await (await http.GetAsync("/health")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        async Task<ErrorCode> ProduceAsync()
        {
            var batch = new RecordBatchBuilder().Add(1, null, "x"u8.ToArray()).Build();
            await raw.SendAsync(RawConnection.Frame(new ProduceRequest { Acks = -1, TimeoutMs = 1_000, TopicData = [new() { Name = "t", PartitionData = [new() { Records = batch }] }] }, 7, 2));
            return RawConnection.Read<ProduceResponse>((await raw.ReceiveAsync())!.Value.Body, 7).Responses[0].PartitionResponses[0].ErrorCode;
        }

        async Task<(HttpStatusCode, string?, int)> HealthAsync()
        {
            using var answer = await http.GetAsync("/health");
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return (answer.StatusCode, json.RootElement.GetProperty("status").GetString(), json.RootElement.GetProperty("problems").GetArrayLength());
        }
    }
}
