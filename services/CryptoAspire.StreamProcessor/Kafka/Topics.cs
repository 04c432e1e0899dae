using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Options;

namespace CryptoAspire.StreamProcessor.Kafka;

/// <summary>Creates the topics that the processor reads and writes, where they are absent.</summary>
public sealed partial class Topics(IAdminClient admin, IOptions<SilverOptions> options, TimeProvider time, ILogger<Topics> logger)
{
    private const int Partitions = 12;
    private static readonly TimeSpan BronzeRetention = TimeSpan.FromDays(7);
    private static readonly TimeSpan CandleRetention = TimeSpan.FromDays(1);

    /// <summary>Returns when all topics exist; retries for as long as Kafka is away.</summary>
    public async Task EnsureAsync(CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await admin.CreateTopicsAsync(
                    [
                        Specify(options.Value.Topic, Partitions, BronzeRetention),
                        Specify(options.Value.Topic + "_dlq", 1, BronzeRetention),
                        Specify(options.Value.CandleTopic, Partitions, CandleRetention),
                    ],
                    new CreateTopicsOptions { RequestTimeout = TimeSpan.FromSeconds(10) });
                return;
            }
            catch (CreateTopicsException failure) when (failure.Results.All(static result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
            {
                return;
            }
            catch (KafkaException failure)
            {
                LogUnavailable(failure.Error.Reason);
                await Task.Delay(Backoff.Delay(attempt), time, cancel);
            }
        }
    }

    private static TopicSpecification Specify(string name, int partitions, TimeSpan retention) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = -1, // the broker's default
        Configs = new Dictionary<string, string> { ["retention.ms"] = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Kafka to create the topics: {Reason}")]
    private partial void LogUnavailable(string reason);
}
