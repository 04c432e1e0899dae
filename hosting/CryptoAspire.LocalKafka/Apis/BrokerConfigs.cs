using System.Globalization;
using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>The broker's own settings under Kafka's names, as DescribeConfigs lists them. They are read only: the command line sets them.</summary>
internal static class BrokerConfigs
{
    public static IReadOnlyList<(string Name, string Value, TopicConfigType Type, string Documentation)> List(Broker broker)
    {
        var o = broker.Options;
        return
        [
            ("broker.id", Number(Broker.NodeId), TopicConfigType.Int, "The node."),
            ("node.id", Number(Broker.NodeId), TopicConfigType.Int, "The node."),
            ("listeners", $"PLAINTEXT://{o.Bind}:{broker.AdvertisedPort}", TopicConfigType.Text, "--bind and --port."),
            ("advertised.listeners", $"PLAINTEXT://{broker.AdvertisedHost}:{broker.AdvertisedPort}", TopicConfigType.Text, "--advertise."),
            ("log.dirs", o.Data, TopicConfigType.Text, "--data."),
            ("num.partitions", Number(o.Partitions), TopicConfigType.Int, "--partitions."),
            ("default.replication.factor", "1", TopicConfigType.Int, "There is one broker."),
            ("auto.create.topics.enable", o.AutoCreate ? "true" : "false", TopicConfigType.Text, "--auto-create."),
            ("log.retention.ms", Number(o.RetentionHours < 0 ? -1 : o.RetentionHours * 3_600_000L), TopicConfigType.Long, "--retention-hours."),
            ("log.retention.bytes", Number(o.RetentionBytes), TopicConfigType.Long, "--retention-bytes."),
            ("log.segment.bytes", Number(o.SegmentBytes), TopicConfigType.Int, "--segment-bytes."),
            ("message.max.bytes", Number(o.MaxMessageBytes), TopicConfigType.Int, "--max-message-bytes."),
            ("log.cleanup.policy", "delete", TopicConfigType.List, "This broker does not compact."),
            ("log.flush.interval.ms", Number((long)o.FlushInterval.TotalMilliseconds), TopicConfigType.Long, "--flush-interval-ms; with --flush always every acknowledgement waits for its flush."),
            ("socket.request.max.bytes", Number(o.MaxFrameBytes), TopicConfigType.Int, "--max-frame-bytes."),
            ("connections.max.idle.ms", Number((long)o.IdleTimeout.TotalMilliseconds), TopicConfigType.Long, "--idle-timeout-ms."),
            ("max.connections", Number(o.MaxConnections), TopicConfigType.Int, "--max-connections."),
            ("group.initial.rebalance.delay.ms", Number((long)o.GroupInitialRebalanceDelay.TotalMilliseconds), TopicConfigType.Int, "--group-initial-rebalance-delay-ms."),
            ("offsets.retention.minutes", Number((long)o.OffsetsRetention.TotalMinutes), TopicConfigType.Int, "--offsets-retention-minutes."),
            ("offset.metadata.max.bytes", Number(OffsetCommitApi.MaxMetadataLength), TopicConfigType.Int, "Longest note beside a committed offset."),
            ("transaction.max.timeout.ms", Number((long)o.TransactionMaxTimeout.TotalMilliseconds), TopicConfigType.Int, "--transaction-max-timeout-ms."),
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
