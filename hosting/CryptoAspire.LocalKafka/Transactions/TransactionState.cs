using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>
/// One transactional id as a pure state machine: inputs with the time they came (unix ms), effects out. Fencing errors are
/// given as PRODUCER_FENCED; the API handlers translate for versions that do not know it.
/// </summary>
/// <remarks>Semantics: Kafka's TransactionCoordinator/TransactionMetadata, KIP-98 and KIP-360.</remarks>
internal sealed class TransactionState(string transactionalId)
{
    /// <summary>One epoch is kept in reserve, for the fence of a transaction that is still open.</summary>
    public const short LastUsableEpoch = short.MaxValue - 1;

    private readonly HashSet<TopicPartition> _partitions = [];
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private readonly Queue<InitInput> _waitingInits = [];
    private readonly List<long> _waitingEnds = [];

    public string TransactionalId { get; } = transactionalId;

    public TransactionPhase Phase { get; private set; }

    public long ProducerId { get; private set; } = -1;

    public short Epoch { get; private set; } = -1;

    /// <summary>The epoch before the last bump, while its owner may still ask for the bump again (its answer may have been lost); -1 = none.</summary>
    public short LastEpoch { get; private set; } = -1;

    /// <summary>The producer id before the epochs of this one began; -1 = none.</summary>
    public long LastProducerId { get; private set; } = -1;

    public int TimeoutMs { get; private set; }

    /// <summary>Unix ms when the open transaction began; -1 while none is open.</summary>
    public long StartedMs { get; private set; } = -1;

    /// <summary>Unix ms of the last change.</summary>
    public long UpdatedMs { get; private set; }

    public IReadOnlyCollection<TopicPartition> Partitions => _partitions;

    public IReadOnlyCollection<string> Groups => _groups;

    public bool IsEnding => Phase is TransactionPhase.PrepareCommit or TransactionPhase.PrepareAbort;

    public bool IsCommit => Phase is TransactionPhase.PrepareCommit or TransactionPhase.CompleteCommit;

    /// <summary>When <see cref="Tick"/> would abort; null unless a transaction is open.</summary>
    public long? DeadlineMs => Phase == TransactionPhase.Ongoing ? StartedMs + TimeoutMs : null;

    /// <summary>InitProducerId: a new epoch; an open transaction is aborted first.</summary>
    public void Init(InitInput init, long now, List<TransactionEffect> effects)
    {
        if (IsEnding)
        {
            _waitingInits.Enqueue(init);
            return;
        }

        if (!MayInit(init))
            effects.Add(new TransactionEffect.InitReply(init.Ticket, InitOutcome.Failed(ErrorCode.ProducerFenced)));
        else if (Phase == TransactionPhase.Ongoing)
        {
            // Whoever holds the open transaction is fenced by the abort itself; the newcomer goes on when it is done.
            Fence(now, effects);
            _waitingInits.Enqueue(init with { ProducerId = -1, ProducerEpoch = -1 });
        }
        else
            Initialise(init, now, effects);
    }

    /// <summary>AddPartitionsToTxn: begins the transaction with the first one.</summary>
    public ErrorCode AddPartitions(long producerId, short epoch, IEnumerable<TopicPartition> partitions, long now, List<TransactionEffect> effects) =>
        Add(producerId, epoch, () => partitions.Aggregate(false, (changed, p) => _partitions.Add(p) || changed), now, effects);

    /// <summary>AddOffsetsToTxn: the group's offsets become part of the transaction.</summary>
    public ErrorCode AddGroup(long producerId, short epoch, string groupId, long now, List<TransactionEffect> effects) =>
        Add(producerId, epoch, () => _groups.Add(groupId), now, effects);

    /// <summary>EndTxn. The same decision again is answered like the first; the opposite one is refused.</summary>
    public void End(long ticket, long producerId, short epoch, bool commit, long now, List<TransactionEffect> effects)
    {
        if (CheckOwner(producerId, epoch) is var error && error != ErrorCode.None)
            effects.Add(new TransactionEffect.EndReply(ticket, error));
        else if (Phase == TransactionPhase.Ongoing)
        {
            _waitingEnds.Add(ticket);
            Prepare(commit, now, effects);
        }
        else if (Phase == TransactionPhase.Empty || IsCommit != commit)
            effects.Add(new TransactionEffect.EndReply(ticket, ErrorCode.InvalidTxnState));
        else if (IsEnding)
            _waitingEnds.Add(ticket);
        else
            effects.Add(new TransactionEffect.EndReply(ticket, ErrorCode.None));
    }

    /// <summary>The decision stands in every partition and group.</summary>
    public void MarkersWritten(long now, List<TransactionEffect> effects)
    {
        if (!IsEnding)
            return;
        Phase = Phase == TransactionPhase.PrepareCommit ? TransactionPhase.CompleteCommit : TransactionPhase.CompleteAbort;
        _partitions.Clear();
        _groups.Clear();
        StartedMs = -1;
        UpdatedMs = now;
        effects.Add(new TransactionEffect.Save());
        effects.AddRange(_waitingEnds.Select(ticket => new TransactionEffect.EndReply(ticket, ErrorCode.None)));
        _waitingEnds.Clear();
        while (_waitingInits.TryDequeue(out var init))
            Init(init, now, effects);
    }

    /// <summary>Aborts a transaction that has been open for too long and fences its producer.</summary>
    public void Tick(long now, List<TransactionEffect> effects)
    {
        if (DeadlineMs <= now)
            Fence(now, effects);
    }

    public TransactionSnapshot Snapshot() => new(
        TransactionalId, Phase, ProducerId, Epoch, LastEpoch, LastProducerId, TimeoutMs, StartedMs, UpdatedMs, [.. _partitions], [.. _groups]);

    public static TransactionState Restore(TransactionSnapshot s)
    {
        var state = new TransactionState(s.TransactionalId)
        {
            Phase = s.Phase, ProducerId = s.ProducerId, Epoch = s.Epoch, LastEpoch = s.LastEpoch, LastProducerId = s.LastProducerId,
            TimeoutMs = s.TimeoutMs, StartedMs = s.StartedMs, UpdatedMs = s.UpdatedMs,
        };
        state._partitions.UnionWith(s.Partitions);
        state._groups.UnionWith(s.Groups);
        return state;
    }

    private bool MayInit(InitInput init) =>
        init.ProducerId < 0 || Epoch < 0
        || (init.ProducerId == ProducerId && (init.ProducerEpoch == Epoch || (init.ProducerEpoch == LastEpoch && Phase != TransactionPhase.Ongoing)))
        || (init.ProducerId == LastProducerId && init.ProducerEpoch >= LastUsableEpoch && Phase != TransactionPhase.Ongoing);

    private void Initialise(InitInput init, long now, List<TransactionEffect> effects)
    {
        var repeated = init.ProducerId >= 0 && Epoch >= 0 && (init.ProducerId != ProducerId || init.ProducerEpoch != Epoch);
        if (!repeated)
        {
            if (ProducerId < 0 || Epoch >= LastUsableEpoch)
                (LastProducerId, ProducerId, Epoch, LastEpoch) = (ProducerId, init.AllocateProducerId(), 0, -1);
            else
                (LastEpoch, Epoch) = (init.ProducerId >= 0 ? Epoch : (short)-1, (short)(Epoch + 1));
            Phase = TransactionPhase.Empty;
        }
        TimeoutMs = init.TimeoutMs;
        UpdatedMs = now;
        effects.Add(new TransactionEffect.Save());
        effects.Add(new TransactionEffect.InitReply(init.Ticket, new InitOutcome(ErrorCode.None, ProducerId, Epoch)));
    }

    private ErrorCode Add(long producerId, short epoch, Func<bool> add, long now, List<TransactionEffect> effects)
    {
        if (CheckOwner(producerId, epoch) is var error && error != ErrorCode.None)
            return error;
        if (IsEnding)
            return ErrorCode.ConcurrentTransactions;
        var begun = Phase != TransactionPhase.Ongoing;
        if (begun)
        {
            Phase = TransactionPhase.Ongoing;
            StartedMs = now;
        }
        if (!add() && !begun)
            return ErrorCode.None;
        UpdatedMs = now;
        effects.Add(new TransactionEffect.Save());
        return ErrorCode.None;
    }

    private ErrorCode CheckOwner(long producerId, short epoch) =>
        producerId != ProducerId ? ErrorCode.InvalidProducerIdMapping : epoch != Epoch ? ErrorCode.ProducerFenced : ErrorCode.None;

    private void Fence(long now, List<TransactionEffect> effects)
    {
        (LastEpoch, Epoch) = ((short)-1, (short)(Epoch + 1));
        Prepare(commit: false, now, effects);
    }

    private void Prepare(bool commit, long now, List<TransactionEffect> effects)
    {
        Phase = commit ? TransactionPhase.PrepareCommit : TransactionPhase.PrepareAbort;
        UpdatedMs = now;
        effects.Add(new TransactionEffect.Save());
        effects.Add(new TransactionEffect.WriteMarkers());
    }
}
