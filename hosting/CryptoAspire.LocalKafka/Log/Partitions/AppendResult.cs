using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>What became of an append.</summary>
/// <param name="Error">None, or why nothing was appended.</param>
/// <param name="BaseOffset">Offset of the batch's first record, for a duplicate that of the original; -1 on an error.</param>
/// <param name="NextOffset">Offset behind the batch: what to pass to <see cref="PartitionLog.WaitDurableAsync"/>; -1 on an error.</param>
/// <param name="LogAppendTimeMs">The broker's time stamped into the batch (unix ms); -1 for message.timestamp.type=CreateTime, as ProduceResponse wants it.</param>
/// <param name="LogStartOffset">First offset of the partition.</param>
/// <param name="Message">Text for people on an error.</param>
public readonly record struct AppendResult(ErrorCode Error, long BaseOffset, long NextOffset, long LogAppendTimeMs, long LogStartOffset, string? Message = null)
{
    /// <summary>The batch was in the log already: an idempotent producer's retry.</summary>
    public bool IsDuplicate { get; init; }
}
