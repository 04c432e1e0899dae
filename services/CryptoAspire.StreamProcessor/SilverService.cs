using Confluent.Kafka;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Context;
using CryptoAspire.StreamProcessor.Health;
using CryptoAspire.StreamProcessor.Kafka;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CryptoAspire.StreamProcessor;

/// <summary>Owns the schema and the consumer: brings the first up to date, keeps the second alive whatever happens to Kafka or PostgreSQL.</summary>
internal sealed partial class SilverService(
    NpgsqlDataSource database,
    Migrator migrator,
    Topics topics,
    CandleAnnouncer announcer,
    SilverHealth health,
    SilverMetrics metrics,
    SilverPartitions partitions,
    SilverReady ready,
    ConsumerConfig consumerConfig,
    IOptions<SilverOptions> options,
    TimeProvider time,
    ILogger<SilverService> logger) : BackgroundService
{
    private readonly CommitQueue _commits = new(options.Value, metrics, time, logger);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await MigrateAsync(stoppingToken);
        await topics.EnsureAsync(stoppingToken);
        ready.Announce();
        for (var attempt = 0; !stoppingToken.IsCancellationRequested; attempt++)
        {
            var started = time.GetTimestamp();
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is KafkaException or NpgsqlException or OperationCanceledException or TimeoutException or InvalidOperationException)
            {
                health.Trouble("consumer", failure.Message);
                LogConsumerFailed(failure.Message);
                attempt = time.GetElapsedTime(started) > TimeSpan.FromMinutes(1) ? 0 : attempt;
                await Task.Delay(Backoff.Delay(attempt), time, stoppingToken);
            }
        }
    }

    private async Task MigrateAsync(CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await migrator.ApplyAsync(stop);
                health.Clear("schema");
                return;
            }
            catch (NpgsqlException failure)
            {
                health.Trouble("schema", failure.Message);
                LogNoSchema(failure.Message);
                await Task.Delay(Backoff.Delay(attempt), time, stop);
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken stop)
    {
        await using var slot = await MemberSlot.ClaimAsync(database, stop);
        var config = new ConsumerConfig(new Dictionary<string, string>(consumerConfig)) { GroupId = options.Value.Group, GroupInstanceId = $"{options.Value.Group}-{slot.Number}" };
        health.Clear("consumer");
        var consumer = new BronzeConsumer(
            config,
            options.Value,
            partition => new SilverWriter(database, partitions, time, options.Value.Topic, partition),
            (partition, writer, committed, moved) => new PartitionPipeline(partition, writer, options.Value, _commits, announcer.Announce, health, metrics, time, logger)
            {
                OnCommitted = committed,
                OnSeek = moved,
            },
            health,
            metrics,
            logger);
        await Task.Factory.StartNew(() => consumer.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schema could not be brought up to date, trying again: {Reason}")]
    private partial void LogNoSchema(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The consumer ended, building another: {Reason}")]
    private partial void LogConsumerFailed(string reason);
}
