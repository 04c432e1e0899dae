using Confluent.Kafka;
using CryptoAspire.Market.Context;
using CryptoAspire.Storage.Context;
using CryptoAspire.StreamProcessor.Health;
using Npgsql;

namespace CryptoAspire.StreamProcessor.Context;

/// <summary>
/// Carries <c>market_data</c>, <c>sentiment</c> and <c>news</c> from Kafka into their tables: at least once, by statements that may be repeated. Offsets are
/// committed after the rows; when either fails, another consumer begins at the last committed offset.
/// </summary>
/// <remarks>A handful of records a minute: no fence and no ledger, which trades have, and a consumer group of its own that never disturbs theirs.</remarks>
internal sealed partial class ContextService(
    ConsumerConfig consumerConfig, ContextWriter writer, SilverReady ready, SilverHealth health, TimeProvider time, ILogger<ContextService> logger) : BackgroundService
{
    private const string Group = "context";
    private const int MostRecords = 500;

    private static readonly string[] TopicNames = [MarketData.Topic, Sentiment.Topic, News.Topic];
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        for (var attempt = 0; !stoppingToken.IsCancellationRequested; attempt++)
        {
            var started = time.GetTimestamp();
            try
            {
                await Task.Factory.StartNew(() => Consume(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is KafkaException or NpgsqlException or TimeoutException or InvalidOperationException)
            {
                health.Trouble("context", failure.Message);
                LogFailed(failure.Message);
                attempt = time.GetElapsedTime(started) > TimeSpan.FromMinutes(1) ? 0 : attempt;
                await Task.Delay(Backoff.Delay(attempt), time, stoppingToken);
            }
        }
    }

    private void Consume(CancellationToken stop)
    {
        var config = new ConsumerConfig(new Dictionary<string, string>(consumerConfig)) { GroupId = Group, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 1_000 };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetPartitionsAssignedHandler((_, _) => health.Clear("context")) // a record, that would show it too, may not come for hours
            .SetErrorHandler((_, error) => LogKafka(error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
        try
        {
            consumer.Subscribe(TopicNames);
            while (!stop.IsCancellationRequested)
            {
                // 1. Poll.
                var batch = Take(consumer);
                if (batch.Count == 0)
                    continue;

                // 2. Decide.
                var records = new List<object>();
                var refused = new List<RefusedContext>();
                foreach (var result in batch)
                {
                    if (ContextCodec.TryRead(result.Topic, result.Message.Value, out var record, out var reason))
                        records.Add(record);
                    else
                        refused.Add(new RefusedContext(result.Topic, result.Partition.Value, result.Offset.Value, reason, result.Message.Key, result.Message.Value));
                }

                // 3. Commit: the rows, then the offsets.
                writer.WriteAsync(records, refused, stop).GetAwaiter().GetResult();
                consumer.Commit(batch.GroupBy(static result => result.TopicPartition).Select(static part => new TopicPartitionOffset(part.Key, part.Max(static result => result.Offset.Value) + 1)));
                health.Clear("context");
            }
        }
        finally
        {
            consumer.Close();
        }
    }

    private static List<ConsumeResult<byte[], byte[]>> Take(IConsumer<byte[], byte[]> consumer)
    {
        var batch = new List<ConsumeResult<byte[], byte[]>>();
        for (var next = consumer.Consume(PollTimeout); next is not null; next = batch.Count < MostRecords ? consumer.Consume(Linger) : null)
            batch.Add(next);
        return batch;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Market data, sentiment and news wait, trying again: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka, for market data, sentiment and news: {Reason}")]
    private partial void LogKafka(string reason);
}
