using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalKafka.Log;

internal static partial class LogMessages
{
    [LoggerMessage(LogLevel.Error, "Append to {Topic}-{Partition} failed.")]
    public static partial void AppendFailed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(LogLevel.Error, "Read of {Topic}-{Partition} at offset {Offset} failed.")]
    public static partial void ReadFailed(ILogger logger, string topic, int partition, long offset, Exception exception);

    [LoggerMessage(LogLevel.Critical, "Flush of {Topic}-{Partition} failed: it takes no more appends until the broker is restarted.")]
    public static partial void FlushFailed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Indexes, snapshots or checkpoints of {Topic}-{Partition} could not be saved; tried again later.")]
    public static partial void SaveFailed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Index of {Topic}-{Partition} is rebuilt: {Reason}")]
    public static partial void IndexRepaired(ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(LogLevel.Information, "Segment {BaseOffset} of {Topic}-{Partition} deleted, {Bytes} bytes.")]
    public static partial void SegmentDeleted(ILogger logger, string topic, int partition, long baseOffset, long bytes);

    [LoggerMessage(LogLevel.Warning, "Recovery: {Finding}")]
    public static partial void RecoveryFinding(ILogger logger, string finding);

    [LoggerMessage(LogLevel.Information, "Topic {Topic} with {Partitions} partitions created.")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(LogLevel.Information, "Topic {Topic} deleted.")]
    public static partial void TopicDeleted(ILogger logger, string topic);

    [LoggerMessage(LogLevel.Error, "{Activity} failed, tried again later.")]
    public static partial void BackgroundFailed(ILogger logger, string activity, Exception exception);

    [LoggerMessage(LogLevel.Error, "The log was not closed cleanly: the next start looks at the data.")]
    public static partial void CloseFailed(ILogger logger, Exception? exception);
}
