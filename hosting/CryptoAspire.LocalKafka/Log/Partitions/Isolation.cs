namespace CryptoAspire.LocalKafka.Log;

/// <summary>Kafka's isolation_level of Fetch and ListOffsets.</summary>
public enum Isolation : sbyte
{
    /// <summary>Everything up to the high watermark.</summary>
    ReadUncommitted = 0,

    /// <summary>Up to the last stable offset, with the list of aborted transactions.</summary>
    ReadCommitted = 1,
}
