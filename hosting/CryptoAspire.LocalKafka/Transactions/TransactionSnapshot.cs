using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>A transactional id as it is kept on disk.</summary>
internal sealed record TransactionSnapshot(
    string TransactionalId, TransactionPhase Phase, long ProducerId, short Epoch, short LastEpoch, long LastProducerId,
    int TimeoutMs, long StartedMs, long UpdatedMs, IReadOnlyList<TopicPartition> Partitions, IReadOnlyList<string> Groups);
