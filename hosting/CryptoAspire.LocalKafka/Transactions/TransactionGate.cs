using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>
/// Lets a transactional producer's writes in while its transaction is open, and none after it began to end: a write behind
/// the marker would leave a transaction that nobody closes. Produce holds the gate over check and append; the coordinator
/// shuts it before it writes markers.
/// </summary>
internal sealed class TransactionGate
{
    private readonly Lock _lock = new();
    private string _transactionalId = "";
    private short _epoch;
    private bool _open;
    private HashSet<TopicPartition> _partitions = [];
    private HashSet<string> _groups = [];

    /// <summary>Takes over the coordinator's view.</summary>
    public void Update(TransactionState state)
    {
        lock (_lock)
        {
            _transactionalId = state.TransactionalId;
            _epoch = state.Epoch;
            _open = state.Phase == TransactionPhase.Ongoing;
            _partitions = [.. state.Partitions];
            _groups = new HashSet<string>(state.Groups, StringComparer.Ordinal);
        }
    }

    /// <summary>Runs <paramref name="append"/> if the transaction is open and holds the partition.</summary>
    /// <returns>None, 47 for a fenced epoch (told before anything else, or clients take fencing for something to abort), 49, or 48.</returns>
    public ErrorCode Enter(string? transactionalId, short epoch, TopicPartition partition, Action append)
    {
        lock (_lock)
        {
            var error = epoch != _epoch ? ErrorCode.InvalidProducerEpoch
                : transactionalId != _transactionalId ? ErrorCode.InvalidProducerIdMapping
                : !_open || !_partitions.Contains(partition) ? ErrorCode.InvalidTxnState
                : ErrorCode.None;
            if (error == ErrorCode.None)
                append();
            return error;
        }
    }

    /// <summary>Whether offsets of the group may be staged now.</summary>
    public ErrorCode CheckGroup(string transactionalId, short epoch, string groupId)
    {
        lock (_lock)
            return epoch != _epoch ? ErrorCode.ProducerFenced
                : transactionalId != _transactionalId ? ErrorCode.InvalidProducerIdMapping
                : !_open || !_groups.Contains(groupId) ? ErrorCode.InvalidTxnState
                : ErrorCode.None;
    }
}
