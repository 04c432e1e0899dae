using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.Market;
using CryptoAspire.Market.Context;
using CryptoAspire.Testing;

namespace CryptoAspire.StreamProcessor.Tests;

public class ProcessorTests : IAsyncLifetime
{
    private SilverSystem _system = null!;

    public async Task InitializeAsync() => _system = await SilverSystem.StartAsync();

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task Changed_candles_are_announced_and_the_last_announcement_is_what_the_database_holds()
    {
        _system.StartProcessor();
        var trades = new TradeStream(seed: 4);
        for (var i = 0; i < 500; i++)
            _system.Produce(trades.Next());
        await _system.RowsAsync(500);
        var kept = await CandlesAsync();

        var announced = new Dictionary<string, Candle>();
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _system.Kafka.BootstrapServers, GroupId = "test", AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Subscribe("crypto_candles");
        await Eventually.Passes(
            () =>
            {
                while (consumer.Consume(TimeSpan.FromMilliseconds(200)) is { } result)
                {
                    Assert.True(CandleCodec.TryRead(result.Message.Value, out var candle));
                    Assert.Equal(candle.Symbol, Encoding.ASCII.GetString(result.Message.Key));
                    var key = $"{candle.Symbol}|{candle.Venue}|{candle.Interval}|{candle.Start:O}";
                    if (!announced.TryGetValue(key, out var earlier) || earlier.Revision < candle.Revision)
                        announced[key] = candle;
                }

                Assert.Equal(kept, announced.Values.OrderBy(Place, StringComparer.Ordinal).Select(Shown));
                return Task.CompletedTask;
            },
            SilverSystem.Patience);
    }

    [Fact]
    public async Task Bad_records_are_quarantined_as_they_came_and_stop_nothing()
    {
        _system.StartProcessor();
        var trades = new TradeStream(seed: 5);
        byte[][] bad = ["not json"u8.ToArray(), [0xff, 0x00, 0xfe], """{"v":1,"kind":"trade","symbol":"BTC-USD","source":"coinbase-sim","event_time_us":1723161255342000,"price":"-1"}"""u8.ToArray()];
        foreach (var value in bad)
        {
            _system.Produce(trades.Next());
            _system.Produce("BTC-USD", value);
        }

        _system.Produce("BTC-USD", null!);
        _system.Produce(trades.Next());

        await _system.RowsAsync(4);
        await Eventually.Passes(async () => Assert.Equal(4, await _system.CountAsync("select from quarantine")));
        foreach (var value in bad)
            Assert.Equal(1, await _system.CountAsync($"select from quarantine where value = '\\x{Convert.ToHexString(value)}'::bytea and reason <> ''"));
        Assert.Equal(1, await _system.CountAsync("select from quarantine where reason like 'price: -1 %'"));
        Assert.Equal(0, await _system.CountAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task Market_data_sentiment_and_news_reach_their_tables_once_however_often_they_are_delivered_and_bad_ones_are_quarantined()
    {
        var (processor, _) = _system.StartProcessor();
        var news = new News
        {
            Id = News.IdOf(new Uri("https://news.example/a?utm=1")), Source = "coindesk-sim", Publisher = "CoinDesk", Title = "Ether moves", Link = "https://news.example/a", PublishedAt = DateTimeOffset.UnixEpoch, Assets = ["ETH"],
        };
        var sentiment = new Sentiment { Source = "fear-greed-sim", Day = new DateOnly(2026, 1, 2), Value = 40, Classification = "Fear" };
        var market = new MarketData { Source = "coingecko-sim", Coin = "bitcoin", Asset = "BTC", Name = "Bitcoin", Price = 70_187.25m, UpdatedAt = DateTimeOffset.UnixEpoch };
        async Task ProduceAsync()
        {
            await SendAsync(News.Topic, ContextCodec.ToUtf8(news));
            await SendAsync(Sentiment.Topic, ContextCodec.ToUtf8(sentiment));
            await SendAsync(MarketData.Topic, ContextCodec.ToUtf8(market));
            // An edited article and a corrected value replace theirs; the same article from elsewhere does not.
            await SendAsync(News.Topic, ContextCodec.ToUtf8(news with { Title = "Ether moves, corrected" }));
            await SendAsync(News.Topic, ContextCodec.ToUtf8(news with { Title = "Stolen", Source = "newsapi-sim" }));
            await SendAsync(Sentiment.Topic, ContextCodec.ToUtf8(sentiment with { Value = 41 }));
        }

        await ProduceAsync();
        await SendAsync(News.Topic, "not json"u8.ToArray());
        await SendAsync(News.Topic, ContextCodec.ToUtf8(news with { Link = "javascript:alert(1)" }));
        await SendAsync(Sentiment.Topic, ContextCodec.ToUtf8(sentiment with { Value = 101 }));
        await SendAsync(MarketData.Topic, ContextCodec.ToUtf8(market with { Price = -1 }));
        await Eventually.Passes(async () => Assert.Equal(4, await _system.CountAsync("select from quarantine")), SilverSystem.Patience);

        // The process dies and everything comes again, as it does after a crash between the rows and the offsets.
        await processor.KillAsync();
        await ProduceAsync();
        await SendAsync(News.Topic, ContextCodec.ToUtf8(news with { Id = "last", Link = "https://news.example/b" }));
        _system.StartProcessor();
        await Eventually.Passes(async () => Assert.Equal(2, await _system.CountAsync("select from news")), SilverSystem.Patience);
        await Eventually.Passes(async () => Assert.Equal(1, await _system.CountAsync("select from sentiment where value = 41 and day = '2026-01-02'")), SilverSystem.Patience);

        Assert.Equal("Ether moves, corrected", await _system.ScalarAsync<string>($"select title from news where id = '{news.Id}'"));
        Assert.Equal(1, await _system.CountAsync("select from sentiment"));
        Assert.Equal(70_187.25m, await _system.ScalarAsync<decimal>("select price from market_data"));
        Assert.Equal(4, await _system.CountAsync("select from quarantine where reason <> ''"));
    }

    [Fact]
    public async Task A_record_of_context_that_could_not_be_written_and_was_deleted_since_is_no_trouble_any_more()
    {
        var (_, port) = _system.StartProcessor();
        await SilverSystem.HealthyAsync(port);
        await _system.Postgres.StopAsync();
        var sent = await _system.Producer.ProduceAsync(News.Topic, new Message<string, byte[]> { Key = "key", Value = "not json"u8.ToArray() });
        await Eventually.Passes(async () => Assert.Contains("context: ", await HealthAsync(port), StringComparison.Ordinal), SilverSystem.Patience);

        using var admin = new DependentAdminClientBuilder(_system.Producer.Handle).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(sent.TopicPartition, sent.Offset + 1)]);
        await _system.Postgres.RestartAsync();
        await SilverSystem.HealthyAsync(port);
    }

    private Task SendAsync(string topic, byte[] value) => _system.Producer.ProduceAsync(topic, new Message<string, byte[]> { Key = "key", Value = value });

    [Fact]
    public async Task Records_that_retention_deleted_before_they_were_read_are_an_incident_and_the_rest_is_committed()
    {
        var (processor, port) = _system.StartProcessor();
        await SilverSystem.HealthyAsync(port);
        await processor.KillAsync();
        var trades = new TradeStream(seed: 6);
        var btc = Enumerable.Range(0, 200).Select(_ => trades.Next()).Where(trade => trade.Symbol.Name == "BTC-USD").ToList();
        foreach (var trade in btc)
            _system.Produce(trade);
        _system.Producer.Flush(TimeSpan.FromSeconds(10));

        using var admin = new DependentAdminClientBuilder(_system.Producer.Handle).Build();
        var partition = (await _system.Producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = "BTC-USD", Value = "x"u8.ToArray() })).TopicPartition;
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(partition, 10)]);
        _system.StartProcessor();

        await _system.RowsAsync(btc.Count - 10);
        Assert.Equal(1, await _system.CountAsync("select from incident where kind = 'bronze-skipped' and detail like '%offsets 0 to 9 were deleted%'"));
        Assert.Equal(10L, await _system.ScalarAsync<long>("select skipped from stream_offset where skipped > 0"));
        Assert.Equal(0, await _system.CountAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task A_topic_that_was_made_anew_is_read_from_its_start_and_trades_already_held_are_not_doubled()
    {
        var (processor, _) = _system.StartProcessor();
        var trades = new TradeStream(seed: 7);
        var produced = Enumerable.Range(0, 100).Select(_ => trades.Next()).ToList();
        produced.ForEach(trade => _system.Produce(trade));
        await _system.RowsAsync(100);
        await processor.KillAsync();

        using var admin = new DependentAdminClientBuilder(_system.Producer.Handle).Build();
        await admin.DeleteTopicsAsync(["crypto_prices"]);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "crypto_prices", NumPartitions = 12, ReplicationFactor = 1 }]);
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = _system.Kafka.BootstrapServers }).Build();
        foreach (var trade in produced.Take(10).Append(trades.Next()))
            producer.Produce("crypto_prices", new Message<string, byte[]> { Key = trade.Symbol.Name, Value = Market.Bronze.BronzeWriter.ToUtf8(trade) });
        producer.Flush(TimeSpan.FromSeconds(10));
        _system.StartProcessor();

        await _system.RowsAsync(101);
        Assert.True(await _system.CountAsync("select from incident where detail like '%made anew%'") > 0);
        Assert.Equal(0, await _system.CountAsync(CandleAudit.Differences));
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_health_says_so_and_afterwards_nothing_is_missing()
    {
        var (processor, port) = _system.StartProcessor();
        await SilverSystem.HealthyAsync(port);
        var trades = new TradeStream(seed: 8);

        await _system.Postgres.StopAsync();
        for (var i = 0; i < 1_000; i++)
            _system.Produce(trades.Next());
        await Eventually.Passes(
            async () =>
            {
                var health = await HealthAsync(port);
                Assert.True(health.Contains("cannot commit", StringComparison.Ordinal), $"{health}\n{processor.Output.Tail()}");
            },
            SilverSystem.Patience);
        await _system.Postgres.RestartAsync();

        await _system.RowsAsync(1_000);
        await SilverSystem.HealthyAsync(port);
    }

    [Fact]
    public async Task A_broker_that_was_away_is_no_trouble_any_more_although_no_record_comes()
    {
        var (_, port) = _system.StartProcessor();
        await SilverSystem.HealthyAsync(port);
        await _system.Kafka.KillAsync();
        await Eventually.Passes(async () => Assert.Contains("kafka: ", await HealthAsync(port), StringComparison.Ordinal), SilverSystem.Patience);
        await _system.Kafka.RestartAsync();
        await SilverSystem.HealthyAsync(port);
    }

    private static async Task<string> HealthAsync(int port)
    {
        using var http = new HttpClient();
        return await (await http.GetAsync($"http://127.0.0.1:{port}/health")).Content.ReadAsStringAsync();
    }

    private async Task<List<string>> CandlesAsync()
    {
        await using var command = _system.Database.CreateCommand(
            "select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status from candle");
        await using var reader = await command.ExecuteReaderAsync();
        var candles = new List<Candle>();
        while (await reader.ReadAsync())
        {
            candles.Add(new Candle
            {
                Symbol = reader.GetString(0),
                Venue = reader.GetString(1),
                Interval = Intervals.Parse(reader.GetString(2)),
                Start = reader.GetFieldValue<DateTimeOffset>(3),
                Open = reader.GetDecimal(4),
                High = reader.GetDecimal(5),
                Low = reader.GetDecimal(6),
                Close = reader.GetDecimal(7),
                Volume = reader.GetDecimal(8),
                Notional = reader.GetDecimal(9),
                BuyVolume = reader.GetDecimal(10),
                TradeCount = reader.GetInt64(11),
                Revision = reader.GetInt64(12),
                Status = CandleCodec.StatusOf(reader.GetString(13)),
            });
        }

        return candles.OrderBy(Place, StringComparer.Ordinal).Select(Shown).ToList();
    }

    private static string Place(Candle candle) => $"{candle.Symbol}|{candle.Venue}|{(int)candle.Interval:D6}|{candle.Start:O}";

    private static string Shown(Candle candle) =>
        $"{Place(candle)} {candle.Open:0.#####} {candle.High:0.#####} {candle.Low:0.#####} {candle.Close:0.#####} {candle.Volume:0.########} {candle.Notional:0.########} {candle.BuyVolume:0.########} {candle.TradeCount} r{candle.Revision} {candle.Status}";
}
