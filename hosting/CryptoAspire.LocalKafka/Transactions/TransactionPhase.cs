namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>Where a transactional id stands; Kafka's names.</summary>
internal enum TransactionPhase : byte
{
    /// <summary>Initialised, nothing begun.</summary>
    Empty,

    /// <summary>Partitions or groups have been added.</summary>
    Ongoing,

    /// <summary>The decision to commit is durable; markers are being written.</summary>
    PrepareCommit,

    /// <summary>The decision to abort is durable; markers are being written.</summary>
    PrepareAbort,

    /// <summary>The last transaction committed.</summary>
    CompleteCommit,

    /// <summary>The last transaction aborted.</summary>
    CompleteAbort,
}
