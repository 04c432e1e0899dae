using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// The producers known to one partition: checks sequences and epochs (KIP-98), follows transactions. Not thread-safe: the
/// partition's lock guards it.
/// </summary>
internal sealed class ProducerStateTable
{
    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly SortedDictionary<long, ProducerState> _open = [];

    /// <param name="ProducerId">The producer.</param>
    /// <param name="FirstOffset">Its first record.</param>
    /// <param name="LastOffset">The marker.</param>
    /// <param name="Aborted">Aborted, not committed.</param>
    internal readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool Aborted);

    public int Count => _producers.Count;

    public IEnumerable<ProducerState> All => _producers.Values;

    /// <summary>First offset of the earliest open transaction; null without any.</summary>
    public long? FirstOpenOffset
    {
        get
        {
            foreach (var offset in _open.Keys)
                return offset;
            return null;
        }
    }

    public IReadOnlyList<OpenTransaction> Open => [.. _open.Select(o => new OpenTransaction(o.Value.ProducerId, o.Value.Epoch, o.Key))];

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>Whether a producer's batch may be appended.</summary>
    /// <param name="header">An idempotent batch.</param>
    /// <param name="duplicate">Set, with the result None, when it is in the log already.</param>
    /// <param name="message">Text on an error.</param>
    public ErrorCode Check(in RecordBatchHeader header, out ProducerState.Batch? duplicate, out string? message)
    {
        duplicate = null;
        message = null;
        if (!_producers.TryGetValue(header.ProducerId, out var state))
            return ErrorCode.None;
        if (header.ProducerEpoch < state.Epoch)
        {
            message = $"Producer {header.ProducerId} has epoch {state.Epoch}, the batch has {header.ProducerEpoch}.";
            return ErrorCode.InvalidProducerEpoch;
        }
        duplicate = state.FindDuplicate(header);
        if (duplicate is not null)
            return ErrorCode.None;
        var next = header.ProducerEpoch == state.Epoch && state.Last is { } last ? (last.LastSequence == int.MaxValue ? 0 : last.LastSequence + 1) : 0;
        if (header.BaseSequence != next)
        {
            message = $"Producer {header.ProducerId} sent sequence {header.BaseSequence} with epoch {header.ProducerEpoch}, expected {next}.";
            return ErrorCode.OutOfOrderSequenceNumber;
        }
        if (state.TransactionFirstOffset >= 0 && !header.IsTransactional)
        {
            message = $"Producer {header.ProducerId} has an open transaction, the batch is not transactional.";
            return ErrorCode.InvalidTxnState;
        }
        return ErrorCode.None;
    }

    /// <summary>Whether a marker may be appended.</summary>
    public ErrorCode CheckMarker(long producerId, short epoch, int coordinatorEpoch, out string? message)
    {
        message = null;
        if (!_producers.TryGetValue(producerId, out var state))
            return ErrorCode.None;
        if (epoch < state.Epoch)
        {
            message = $"Producer {producerId} has epoch {state.Epoch}, the marker has {epoch}.";
            return ErrorCode.InvalidProducerEpoch;
        }
        if (coordinatorEpoch < state.CoordinatorEpoch)
        {
            message = $"The marker has coordinator epoch {coordinatorEpoch}, {state.CoordinatorEpoch} was seen.";
            return ErrorCode.TransactionCoordinatorFenced;
        }
        return ErrorCode.None;
    }

    /// <summary>Takes an appended batch into account.</summary>
    public void Apply(in RecordBatchHeader header, long baseOffset, long maxTimestamp, long nowMs)
    {
        var state = Get(header.ProducerId);
        state.RaiseEpoch(header.ProducerEpoch);
        state.LastSeenMs = nowMs;
        state.Remember(ProducerState.Batch.Of(header, baseOffset, maxTimestamp));
        if (header.IsTransactional && state.TransactionFirstOffset < 0)
        {
            state.TransactionFirstOffset = baseOffset;
            _open.Add(baseOffset, state);
        }
    }

    /// <summary>Takes an appended marker into account; null if there was no transaction to end.</summary>
    public CompletedTransaction? ApplyMarker(long producerId, short epoch, TransactionMarker marker, long offset, long nowMs)
    {
        var state = Get(producerId);
        state.RaiseEpoch(epoch);
        state.CoordinatorEpoch = marker.CoordinatorEpoch;
        state.LastSeenMs = nowMs;
        var first = state.TransactionFirstOffset;
        if (first < 0)
            return null;
        state.TransactionFirstOffset = -1;
        _open.Remove(first);
        return new CompletedTransaction(producerId, first, offset, !marker.IsCommit);
    }

    /// <summary>Puts a state from a snapshot into the table.</summary>
    public void Restore(ProducerState state)
    {
        _producers[state.ProducerId] = state;
        if (state.TransactionFirstOffset >= 0)
            _open[state.TransactionFirstOffset] = state;
    }

    /// <summary>Forgets producers that were silent since <paramref name="beforeMs"/> and have no open transaction.</summary>
    public void Expire(long beforeMs)
    {
        foreach (var (id, state) in _producers)
        {
            if (state.LastSeenMs < beforeMs && state.TransactionFirstOffset < 0)
                _producers.Remove(id);
        }
    }

    private ProducerState Get(long producerId)
    {
        if (!_producers.TryGetValue(producerId, out var state))
            _producers.Add(producerId, state = new ProducerState(producerId));
        return state;
    }
}
