using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.Market.Context;
using CryptoAspire.StreamProcessor.Retention;
using Microsoft.Extensions.Options;

namespace CryptoAspire.StreamProcessor.Kafka;

/// <summary>Creates the topics that the processor reads and writes, where they are absent, and sees to Bronze's retention.</summary>
public sealed partial class Topics(IProducer<byte[], byte[]> producer, IOptions<SilverOptions> options, IOptions<RetentionOptions> retention, TimeProvider time, ILogger<Topics> logger)
{
    private const int Partitions = 12;
    private const double Gigabyte = 1L << 30;
    private const double ShareOfDisk = 0.2;
    private static readonly TimeSpan CandleRetention = TimeSpan.FromDays(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private TimeSpan BronzeRetention => TimeSpan.FromDays(retention.Value.BronzeDays);

    /// <summary>Returns when all topics exist; retries for as long as Kafka is away.</summary>
    public async Task EnsureAsync(CancellationToken cancel)
    {
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build(); // not kept: it polls ten times a second
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await CreateAsync(admin);
                await LimitBronzeAsync(admin);
                return;
            }
            catch (KafkaException failure)
            {
                LogUnavailable(failure.Error.Reason);
                await Task.Delay(Backoff.Delay(attempt), time, cancel);
            }
        }
    }

    private async Task CreateAsync(IAdminClient admin)
    {
        try
        {
            await admin.CreateTopicsAsync(
                [
                    Specify(options.Value.Topic, Partitions, BronzeRetention),
                    Specify(options.Value.Topic + "_dlq", 1, BronzeRetention),
                    Specify(options.Value.CandleTopic, Partitions, CandleRetention),
                    Specify(MarketData.Topic, 1, BronzeRetention),
                    Specify(Sentiment.Topic, 1, BronzeRetention),
                    Specify(News.Topic, 1, BronzeRetention),
                ],
                new CreateTopicsOptions { RequestTimeout = Timeout });
        }
        catch (CreateTopicsException failure) when (failure.Results.All(static result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
        }
    }

    /// <summary>Gives the topic, whoever made it, the retention that is configured; its other settings stay.</summary>
    private async Task LimitBronzeAsync(IAdminClient admin)
    {
        var topic = new ConfigResource { Type = ResourceType.Topic, Name = options.Value.Topic };
        var wanted = new Dictionary<string, string> { ["retention.ms"] = Milliseconds(BronzeRetention) };
        if (MostBytes(admin) is { } bytes)
            wanted["retention.bytes"] = (bytes / Partitions).ToString(CultureInfo.InvariantCulture);
        var entries = (await admin.DescribeConfigsAsync([topic], new DescribeConfigsOptions { RequestTimeout = Timeout })).Single().Entries;
        if (wanted.All(setting => entries.TryGetValue(setting.Key, out var entry) && entry.Value == setting.Value))
            return;

        // Altering replaces all that was set for the topic: what is not ours is said again.
        var kept = entries.Values.Where(entry => entry.Source == ConfigSource.DynamicTopicConfig && !wanted.ContainsKey(entry.Name))
            .Select(static entry => new ConfigEntry { Name = entry.Name, Value = entry.Value });
        await admin.AlterConfigsAsync(
            new Dictionary<ConfigResource, List<ConfigEntry>> { [topic] = [.. kept, .. wanted.Select(static setting => new ConfigEntry { Name = setting.Key, Value = setting.Value })] },
            new AlterConfigsOptions { RequestTimeout = Timeout });
        LogLimited(topic.Name, string.Join(", ", wanted.Select(static setting => $"{setting.Key}={setting.Value}")));
    }

    /// <summary>The limit of Bronze's size; the disk's where the broker is this machine's.</summary>
    private long? MostBytes(IAdminClient admin)
    {
        if (retention.Value.BronzeGigabytes > 0)
            return (long)(retention.Value.BronzeGigabytes * Gigabyte);
        var brokers = admin.GetMetadata(Timeout).Brokers;
        return brokers.All(static broker => broker.Host is "localhost" or "127.0.0.1" or "::1")
            ? (long)(new DriveInfo(AppContext.BaseDirectory).TotalSize * ShareOfDisk)
            : null;
    }

    private static string Milliseconds(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static TopicSpecification Specify(string name, int partitions, TimeSpan retention) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = -1, // the broker's default
        Configs = new Dictionary<string, string> { ["retention.ms"] = Milliseconds(retention) },
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} keeps {Settings}")]
    private partial void LogLimited(string topic, string settings);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Kafka to create the topics: {Reason}")]
    private partial void LogUnavailable(string reason);
}
