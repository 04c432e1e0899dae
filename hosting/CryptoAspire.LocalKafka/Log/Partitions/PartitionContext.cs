using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>What all partitions of a store share.</summary>
internal sealed record PartitionContext(
    LogStoreOptions Options,
    SegmentContext Segments,
    FlushScheduler Scheduler,
    TimeProvider Time,
    ILogger Logger,
    LogCounters Counters)
{
    /// <summary>Saves every partition's log start offset, durably.</summary>
    public Action SaveLogStarts { get; set; } = () => { };

    public IFileSystem Files => Segments.Files;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
