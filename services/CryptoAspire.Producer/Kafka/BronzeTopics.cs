using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.Market.Context;

namespace CryptoAspire.Producer.Kafka;

/// <summary>The topics that the producer writes, made if they are absent.</summary>
public sealed partial class BronzeTopics(IProducer<byte[], byte[]> producer, TimeProvider clock, ILogger<BronzeTopics> logger)
{
    public const string Prices = "crypto_prices";
    public const string DeadLetters = "crypto_prices_dlq";
    public const int Partitions = 12;

    private static readonly TimeSpan Retention = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200), LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the topics exist; waits as long as Kafka is away.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build(); // not kept: it polls ten times a second
        var backoff = new Feeds.Backoff(FirstRetry, LongestRetry);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await admin.CreateTopicsAsync([Topic(Prices, Partitions), Topic(DeadLetters, 1), Topic(MarketData.Topic, 1), Topic(Sentiment.Topic, 1), Topic(News.Topic, 1)], new CreateTopicsOptions { RequestTimeout = TimeSpan.FromSeconds(10) });
                LogCreated(Prices, Partitions);
                return;
            }
            catch (CreateTopicsException e) when (e.Results.All(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
            {
                return;
            }
            catch (KafkaException e)
            {
                LogWaiting(e.Error.Reason);
                await Task.Delay(backoff.Next(), clock, cancellation);
            }
        }
    }

    private static TopicSpecification Topic(string name, int partitions) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = -1,   // the broker's own default
        Configs = new() { ["retention.ms"] = ((long)Retention.TotalMilliseconds).ToString() },
    };

    [LoggerMessage(LogLevel.Information, "Topic {Topic} exists with {Partitions} partitions")]
    private partial void LogCreated(string topic, int partitions);

    [LoggerMessage(LogLevel.Warning, "Waiting for Kafka to make the topics: {Problem}")]
    private partial void LogWaiting(string problem);
}
