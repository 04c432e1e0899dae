using System.Collections.Concurrent;
using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>
/// Owner of all transactional ids and of producer ids: one mailbox, one coordinator log. A decision is durable before its
/// first marker is written, the end is durable after the last, so a crash between is finished at the next start.
/// </summary>
internal sealed partial class TransactionCoordinator : IAsyncDisposable
{
    private const int ProducerIdBlock = 1_000;
    private const long RewriteAtBytes = 4 << 20;
    private static readonly TimeSpan MarkerRetry = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TransactionState> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, TransactionGate> _gates = [];
    private readonly Dictionary<long, TaskCompletionSource<InitOutcome>> _parkedInits = [];
    private readonly Dictionary<long, TaskCompletionSource<ErrorCode>> _parkedEnds = [];

    /// <summary>States whose last save failed: saved again with the next change.</summary>
    private readonly HashSet<string> _unsaved = new(StringComparer.Ordinal);
    private readonly List<TransactionEffect> _effects = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CoordinatorLog _log;
    private readonly LogStore _store;
    private readonly GroupCoordinator _groups;
    private readonly TimeProvider _time;
    private readonly TimeSpan _expiration;
    private readonly ILogger _logger;
    private readonly Mailbox _mailbox;
    private readonly ITimer _timer;
    private long _nextProducerId;
    private long _reservedProducerIds;
    private long _rewriteAt = RewriteAtBytes;
    private long _tickets;

    /// <param name="expiration">transactional.id.expiration.ms: how long an unused transactional id is remembered.</param>
    public TransactionCoordinator(
        CoordinatorLog log, LogStore store, GroupCoordinator groups, int maxTimeoutMs, TimeSpan expiration, TimeProvider time, ILogger<TransactionCoordinator> logger)
    {
        (_log, _store, _groups, _time, _logger, _expiration, MaxTimeoutMs) = (log, store, groups, time, logger, expiration, maxTimeoutMs);
        _mailbox = new Mailbox(e => LogFault(_logger, e));
        foreach (var payload in log.LoadedEntries)
            Replay(TransactionLogEntry.Decode(payload));
        _nextProducerId = _reservedProducerIds;
        foreach (var state in _states.Values)
            Publish(state);
        _mailbox.Post(() =>
        {
            foreach (var state in _states.Values.Where(s => s.IsEnding))
                _ = FinishAsync(state, Task.CompletedTask, redriven: true);
            return default;
        });
        _timer = time.CreateTimer(_ => _mailbox.Post(TickAsync), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>transaction.max.timeout.ms.</summary>
    public int MaxTimeoutMs { get; }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The gate of a transactional producer; null for a producer id that no transactional id owns.</summary>
    public TransactionGate? Gate(long producerId) => _gates.GetValueOrDefault(producerId);

    /// <summary>InitProducerId without a transactional id: a fresh producer id, epoch 0.</summary>
    public async Task<InitOutcome> InitIdempotentAsync()
    {
        var (producerId, durable) = await _mailbox.AskAsync(() => (Allocate(out var reserved), reserved)).ConfigureAwait(false);
        await durable.ConfigureAwait(false);
        return new InitOutcome(ErrorCode.None, producerId, 0);
    }

    /// <summary>InitProducerId; waits for the end of a transaction that is still open.</summary>
    public async Task<InitOutcome> InitAsync(string transactionalId, int timeoutMs, long producerId, short epoch)
    {
        if (transactionalId.Length == 0)
            return InitOutcome.Failed(ErrorCode.InvalidRequest);
        if (timeoutMs <= 0 || timeoutMs > MaxTimeoutMs)
            return InitOutcome.Failed(ErrorCode.InvalidTransactionTimeout);
        var answer = new TaskCompletionSource<InitOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.AskAsync(() =>
        {
            if (!_states.TryGetValue(transactionalId, out var state))
                _states[transactionalId] = state = new TransactionState(transactionalId);
            var ticket = ++_tickets;
            _parkedInits.Add(ticket, answer);
            state.Init(new InitInput(ticket, timeoutMs, producerId, epoch, () => Allocate(out _)), Now, _effects);
            return RunEffects(state);
        }).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>AddPartitionsToTxn; the partitions exist.</summary>
    public Task<ErrorCode> AddPartitionsAsync(string transactionalId, long producerId, short epoch, IReadOnlyCollection<TopicPartition> partitions) =>
        ChangeAsync(transactionalId, state => state.AddPartitions(producerId, epoch, partitions, Now, _effects));

    /// <summary>AddOffsetsToTxn.</summary>
    public Task<ErrorCode> AddGroupAsync(string transactionalId, long producerId, short epoch, string groupId) =>
        ChangeAsync(transactionalId, state => state.AddGroup(producerId, epoch, groupId, Now, _effects));

    /// <summary>EndTxn; answered when every partition and group has the decision.</summary>
    public async Task<ErrorCode> EndAsync(string transactionalId, long producerId, short epoch, bool commit)
    {
        var answer = new TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _mailbox.AskAsync(() =>
        {
            if (!_states.TryGetValue(transactionalId, out var state))
            {
                answer.SetResult(ErrorCode.InvalidProducerIdMapping);
                return Task.CompletedTask;
            }
            var ticket = ++_tickets;
            _parkedEnds.Add(ticket, answer);
            state.End(ticket, producerId, epoch, commit, Now, _effects);
            return RunEffects(state);
        }).ConfigureAwait(false);
        return await answer.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _mailbox.DisposeAsync().ConfigureAwait(false);
        foreach (var parked in _parkedInits.Values)
            parked.TrySetCanceled();
        foreach (var parked in _parkedEnds.Values)
            parked.TrySetCanceled();
    }

    private async Task<ErrorCode> ChangeAsync(string transactionalId, Func<TransactionState, ErrorCode> change)
    {
        var (error, saved) = await _mailbox.AskAsync(() =>
        {
            if (!_states.TryGetValue(transactionalId, out var state))
                return (ErrorCode.InvalidProducerIdMapping, Task.CompletedTask);
            var outcome = change(state);
            return (outcome, RunEffects(state));
        }).ConfigureAwait(false);
        await saved.ConfigureAwait(false);
        return error;
    }

    /// <returns>Done when the saves among the effects are durable.</returns>
    private Task RunEffects(TransactionState state)
    {
        var effects = _effects.ToArray();
        _effects.Clear();
        var saving = Task.CompletedTask;
        if (effects.Length == 0 && _unsaved.Contains(state.TransactionalId))
            saving = SaveAsync(state);
        Publish(state);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case TransactionEffect.Save:
                    saving = SaveAsync(state);
                    break;
                case TransactionEffect.WriteMarkers:
                    _ = FinishAsync(state, saving, redriven: false);
                    break;
                case TransactionEffect.InitReply(var ticket, var outcome) when _parkedInits.Remove(ticket, out var waiter):
                    _ = AnswerAsync(waiter, outcome, saving, InitOutcome.Failed(ErrorCode.CoordinatorNotAvailable));
                    break;
                case TransactionEffect.EndReply(var ticket, var error) when _parkedEnds.Remove(ticket, out var waiter):
                    _ = AnswerAsync(waiter, error, saving, ErrorCode.CoordinatorNotAvailable);
                    break;
            }
        }
        return saving;
    }

    private async Task SaveAsync(TransactionState state)
    {
        _unsaved.Remove(state.TransactionalId);
        try
        {
            await Append(new TransactionLogEntry.State(state.Snapshot())).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _mailbox.Post(() =>
            {
                _unsaved.Add(state.TransactionalId);
                return default;
            });
            throw;
        }
    }

    private static async Task AnswerAsync<T>(TaskCompletionSource<T> waiter, T outcome, Task saving, T failed)
    {
        try
        {
            await saving.ConfigureAwait(false);
            waiter.TrySetResult(outcome);
        }
        catch (IOException)
        {
            waiter.TrySetResult(failed);
        }
    }

    private void Publish(TransactionState state)
    {
        if (state.ProducerId >= 0)
            _gates.GetOrAdd(state.ProducerId, static _ => new TransactionGate()).Update(state);
        if (state.LastProducerId >= 0)
            _gates.TryRemove(state.LastProducerId, out _);
    }

    /// <summary>
    /// Writes the decision everywhere and reports back. Runs beside the mailbox: until it reports, the state is Prepare… and
    /// takes no change. A disk that refuses is tried again; the decision cannot be taken back.
    /// </summary>
    private async Task FinishAsync(TransactionState state, Task decisionSaved, bool redriven)
    {
        var snapshot = state.Snapshot();
        var commit = snapshot.Phase == TransactionPhase.PrepareCommit;
        var written = new HashSet<TopicPartition>();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await decisionSaved.ConfigureAwait(false);
                var waits = new List<Task>();
                foreach (var partition in snapshot.Partitions)
                    if (AppendMarker(partition, snapshot, commit, redriven, written) is { } wait)
                        waits.Add(wait);
                await Task.WhenAll(waits).ConfigureAwait(false);
                foreach (var group in snapshot.Groups)
                    await _groups.ResolveAsync(group, snapshot.ProducerId, commit).ConfigureAwait(false);
                _mailbox.Post(() =>
                {
                    state.MarkersWritten(Now, _effects);
                    _ = RunEffects(state).ContinueWith(t => t.Exception, TaskScheduler.Default);
                    return default;
                });
                return;
            }
            catch (IOException e)
            {
                LogMarkersFailed(_logger, e, snapshot.TransactionalId);
                decisionSaved = decisionSaved.IsFaulted ? SaveAgainAsync(state) : Task.CompletedTask;
                await Task.Delay(MarkerRetry, _time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return; // stopping: the next start finishes it
            }
        }
    }

    private async Task SaveAgainAsync(TransactionState state) =>
        await (await _mailbox.AskAsync(() => SaveAsync(state)).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>The partition is looked up by name now: a topic deleted meanwhile needs no marker, a re-created one is another log.</summary>
    private Task? AppendMarker(TopicPartition partition, TransactionSnapshot snapshot, bool commit, bool redriven, HashSet<TopicPartition> written)
    {
        if (!_store.TryGetPartition(partition.Topic, partition.Partition, out var log))
            return null;
        if (!written.Contains(partition))
        {
            // After a crash some markers may be there already: only a transaction that is still open needs one.
            if (redriven && !log.OpenTransactions.Any(t => t.ProducerId == snapshot.ProducerId))
                return null;
            log.AppendMarker(snapshot.ProducerId, snapshot.Epoch, commit, coordinatorEpoch: 0);
            written.Add(partition);
        }
        return log.WaitDurableAsync(log.LogEndOffset, CancellationToken.None).AsTask();
    }

    private long Allocate(out ValueTask reserved)
    {
        reserved = default;
        if (_nextProducerId == _reservedProducerIds)
        {
            // The reservation stands in the log before any later entry that uses the ids.
            reserved = Append(new TransactionLogEntry.ProducerIds(_reservedProducerIds + ProducerIdBlock));
            _reservedProducerIds += ProducerIdBlock;
        }
        return _nextProducerId++;
    }

    private async ValueTask TickAsync()
    {
        var now = Now;
        foreach (var state in _states.Values.ToArray())
        {
            if (state.DeadlineMs <= now)
            {
                LogTimedOut(_logger, state.TransactionalId, state.TimeoutMs);
                state.Tick(now, _effects);
                _ = RunEffects(state).ContinueWith(t => t.Exception, TaskScheduler.Default);
            }
            else if (state is { IsEnding: false, DeadlineMs: null } && now - state.UpdatedMs > _expiration.TotalMilliseconds)
            {
                await Append(new TransactionLogEntry.Removed(state.TransactionalId)).ConfigureAwait(false);
                _states.Remove(state.TransactionalId);
                _gates.TryRemove(state.ProducerId, out _);
            }
        }
    }

    private ValueTask Append(TransactionLogEntry entry)
    {
        var durable = _log.AppendAsync(entry.Encode());
        if (_log.Bytes > _rewriteAt)
        {
            _rewriteAt = long.MaxValue;
            _mailbox.Post(async () =>
            {
                var entries = _states.Values.Where(s => s.ProducerId >= 0).Select(s => (TransactionLogEntry)new TransactionLogEntry.State(s.Snapshot()))
                    .Prepend(new TransactionLogEntry.ProducerIds(_reservedProducerIds));
                await _log.RewriteAsync(entries.Select(e => (ReadOnlyMemory<byte>)e.Encode())).ConfigureAwait(false);
                _rewriteAt = Math.Max(RewriteAtBytes, _log.Bytes * 4);
            });
        }
        return durable;
    }

    private void Replay(TransactionLogEntry entry)
    {
        switch (entry)
        {
            case TransactionLogEntry.State(var snapshot):
                _states[snapshot.TransactionalId] = TransactionState.Restore(snapshot);
                break;
            case TransactionLogEntry.ProducerIds(var next):
                _reservedProducerIds = next;
                break;
            case TransactionLogEntry.Removed(var id):
                _states.Remove(id);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "transaction coordinator: a work item failed")]
    private static partial void LogFault(ILogger logger, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "transaction {TransactionalId}: the decision could not be written everywhere; trying again")]
    private static partial void LogMarkersFailed(ILogger logger, Exception e, string transactionalId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "transaction {TransactionalId}: open for more than its {TimeoutMs} ms, aborted; its producer is fenced")]
    private static partial void LogTimedOut(ILogger logger, string transactionalId, int timeoutMs);
}
