using System.Text.Json.Serialization;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>The part of librdkafka's statistics that becomes metrics (librdkafka, STATISTICS.md).</summary>
internal sealed record KafkaStatistics
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("client_id")] public string ClientId { get; init; } = "";
    [JsonPropertyName("type")] public string Type { get; init; } = "";
    [JsonPropertyName("replyq")] public long ReplyQueue { get; init; }
    [JsonPropertyName("msg_cnt")] public long QueuedMessages { get; init; }
    [JsonPropertyName("msg_size")] public long QueuedBytes { get; init; }
    [JsonPropertyName("tx")] public long Requests { get; init; }
    [JsonPropertyName("tx_bytes")] public long RequestBytes { get; init; }
    [JsonPropertyName("rx")] public long Responses { get; init; }
    [JsonPropertyName("rx_bytes")] public long ResponseBytes { get; init; }
    [JsonPropertyName("txmsgs")] public long PublishedMessages { get; init; }
    [JsonPropertyName("txmsg_bytes")] public long PublishedBytes { get; init; }
    [JsonPropertyName("rxmsgs")] public long ReceivedMessages { get; init; }
    [JsonPropertyName("rxmsg_bytes")] public long ReceivedBytes { get; init; }
    [JsonPropertyName("topics")] public Dictionary<string, TopicStatistics> Topics { get; init; } = [];

    internal sealed record TopicStatistics
    {
        [JsonPropertyName("partitions")] public Dictionary<string, PartitionStatistics> Partitions { get; init; } = [];
    }

    internal sealed record PartitionStatistics
    {
        /// <summary>Messages between the position and the end; -1 while unknown or not consumed.</summary>
        [JsonPropertyName("consumer_lag")] public long ConsumerLag { get; init; } = -1;
    }
}

[JsonSerializable(typeof(KafkaStatistics))]
internal sealed partial class KafkaStatisticsContext : JsonSerializerContext;
