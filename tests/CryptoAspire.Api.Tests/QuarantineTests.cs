using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Api.Tests;

/// <summary>A broker, a stream processor and an API: records go all the way, out of the quarantine too.</summary>
public sealed class QuarantineTests
{
    private const string Bad = """{"v":1,"kind":"trade","symbol":"BTC-USD","source":"coinbase","event_time_us":1723161255342000,"timestamp":1723161255342,"price":"-1","size":"0.5","side":"buy","trade_id":7,"received_us":1723161255442000,"iteration":1}""";
    private static readonly string Mended = Bad.Replace("\"-1\"", "\"61234.5\"", StringComparison.Ordinal);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_refused_record_is_looked_at_mended_and_sent_again_and_Silver_has_it_once()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("quarantine");
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var kafka = await LocalKafkaProcess.StartAsync();
        await using var processor = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.StreamProcessor.dll")],
            new Dictionary<string, string?> { ["ConnectionStrings__kafka"] = kafka.BootstrapServers, ["ConnectionStrings__crypto"] = connectionString, ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}" });
        var (api, http) = await ApiSite.StartAsync(connectionString, kafka.BootstrapServers);
        await using var process = api;
        using var client = http;
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();

        // 1. Refused, found by a filter, and read byte by byte.
        var sent = await producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = "BTC-USD", Value = Encoding.UTF8.GetBytes(Bad) });
        await producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = "BTC-USD", Value = [0xff, 0x00] });
        await Eventually.Passes(async () => Assert.Equal(2L, await CountAsync("quarantine")), Patience);
        var page = await GetAsync("/api/v1/quarantine?topic=crypto_prices&reason=PRICE&reinjected=false&limit=1");
        var id = page.GetProperty("records")[0].GetProperty("id").GetInt64();
        Assert.Equal(0, (await GetAsync($"/api/v1/quarantine?reason=price&limit=1&before={page.GetProperty("next").GetInt64()}")).GetProperty("records").GetArrayLength());
        var item = await GetAsync($"/api/v1/quarantine/{id}");
        Assert.Equal((Bad, "BTC-USD"), (item.GetProperty("valueText").GetString(), item.GetProperty("keyText").GetString()));
        Assert.Equal("00000000  7b 22 76 22 3a 31 2c 22  6b 69 6e 64 22 3a 22 74  |{\"v\":1,\"kind\":\"t|", item.GetProperty("valueHex")[0].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/v1/quarantine/999")).StatusCode);

        // 2. Nobody sends anything without the key, or something that would be refused again.
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsJsonAsync($"/api/v1/quarantine/{id}/reinject", new { value = Mended })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsJsonAsync("/api/v1/quarantine/reinject", new { reason = "price" })).StatusCode);
        var (status, problem) = await PostAsync($"/api/v1/quarantine/{id}/reinject", new { value = Bad });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("price: -1", problem.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/api/v1/quarantine/reinject", new { })).Status);

        // 3. Sent as it came while its cause is not mended, it is back under a new id; mended, it is in Silver.
        (status, var answer) = await PostAsync("/api/v1/quarantine/reinject", new { reason = "price" });
        Assert.Equal((HttpStatusCode.OK, id, false), (status, answer.GetProperty("reinjected")[0].GetInt64(), answer.GetProperty("more").GetBoolean()));
        await Eventually.Passes(async () => Assert.Equal(3L, await CountAsync("quarantine")), Patience);
        var again = (await GetAsync("/api/v1/quarantine?reason=price&reinjected=false")).GetProperty("records")[0].GetProperty("id").GetInt64();
        (status, answer) = await PostAsync($"/api/v1/quarantine/{again}/reinject", new { value = Mended });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(answer.GetProperty("record").GetProperty("mended").GetBoolean());
        await Eventually.Passes(async () => Assert.Equal(1L, await CountAsync("crypto_prices_realtime where trade_id = 7 and price = 61234.5")), Patience);

        // 4. Once only, marked with where it came from, and every record is accounted for.
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync($"/api/v1/quarantine/{again}/reinject", new { value = Mended })).Status);
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "test" }).Build();
        consumer.Assign(new TopicPartitionOffset("crypto_prices", answer.GetProperty("record").GetProperty("reinjectedPartition").GetInt32(), answer.GetProperty("record").GetProperty("reinjectedOffset").GetInt64()));
        var message = consumer.Consume(TimeSpan.FromSeconds(20));
        Assert.Equal((sent.Partition, $"{again}", "BTC-USD"), (message.Partition, Encoding.ASCII.GetString(message.Message.Headers.GetLastBytes("quarantine-id")), message.Message.Key));
        Assert.Equal(1L, await CountAsync("crypto_prices_realtime"));
        Assert.Equal(0L, await CountAsync($"({CandleAudit.LedgerErrors}) q"));

        // 5. Without Kafka nothing is sent and nothing is marked.
        await kafka.KillAsync();
        var left = (await GetAsync("/api/v1/quarantine?reinjected=false")).GetProperty("records")[0].GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync($"/api/v1/quarantine/{left}/reinject", new { })).Status);
        Assert.Equal(1L, await CountAsync("quarantine where reinjected_at is null"));

        async Task<long> CountAsync(string from)
        {
            await using var command = database.CreateCommand($"select count(*) from {from}");
            return (long)(await command.ExecuteScalarAsync())!;
        }

        async Task<JsonElement> GetAsync(string path)
        {
            using var response = await http.GetAsync(path);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {await response.Content.ReadAsStringAsync()}");
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }

        async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("X-Api-Key", ApiSite.Key);
            using var response = await http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
        }
    }
}
