namespace CryptoAspire.LocalKafka.Log;

/// <summary>Somebody who waits for news of a partition: a parked Fetch.</summary>
public interface IProgressListener
{
    /// <summary>
    /// The end of the log or the last stable offset moved, or the partition was deleted. Runs on the appender's thread: it only
    /// wakes somebody and calls nothing of the log. It may come late, once more than needed, and after the listener was removed.
    /// </summary>
    void OnProgress(PartitionLog partition);
}
