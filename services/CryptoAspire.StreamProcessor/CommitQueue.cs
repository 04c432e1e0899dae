using CryptoAspire.Market;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// Where the partitions of this replica wait for their commits. A few lanes take what waits, each as much as one batch holds, and commit it
/// in one transaction: at a low rate a transaction has a few records of many partitions, at a high one a full batch of one. A group that
/// fails, or that has a fence elsewhere, was not committed together; each of its partitions goes on alone.
/// </summary>
internal sealed partial class CommitQueue(SilverOptions options, SilverMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Ticket> _waiting = [];
    private readonly SemaphoreSlim _alone = new(options.ParallelCommits);
    private int _committing;
    private bool _isGathering;
    private TimeSpan _lastDuration;

    /// <summary>What a partition brings to a commit.</summary>
    public interface IMember
    {
        SilverWriter Writer { get; }

        /// <summary>How many records wait, and since when (<see cref="TimeProvider.GetTimestamp"/>).</summary>
        (int Count, long Since) Waiting { get; }

        /// <summary>The batch that waits, no longer filled from now on; null when there is none any more.</summary>
        SilverBatch? Take();
    }

    /// <summary>Waits for the commit of what the member has by then.</summary>
    /// <returns>The batch, null when there was none any more; and what became of it, null when it must be tried alone, with its outcome unknown
    /// until the fence is read.</returns>
    public Task<(SilverBatch? Batch, CommitResult? Result)> CommitAsync(IMember member)
    {
        var ticket = new Ticket(member);
        lock (_lock)
        {
            _waiting.AddLast(ticket);
            if (_isGathering || _committing == options.ParallelCommits)
                return ticket.Done.Task;
            _isGathering = true;
        }

        _ = RunLaneAsync();
        return ticket.Done.Task;
    }

    /// <summary>Runs a commit outside of the lanes, in its turn: as many at a time as there are lanes.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> commit)
    {
        await _alone.WaitAsync();
        try
        {
            return await commit();
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Gathers and commits until nothing waits.</summary>
    private async Task RunLaneAsync()
    {
        while (true)
        {
            // 1. Wait a moment for company.
            if (Linger() is var wait && wait > TimeSpan.Zero)
                await Task.Delay(wait, time);

            // 2. Commit what is there then; another lane gathers meanwhile.
            var group = new List<(Ticket Ticket, SilverBatch Batch)>();
            bool isMore;
            lock (_lock)
            {
                Take(group);
                _committing++;
                isMore = _isGathering = _waiting.Count > 0 && _committing < options.ParallelCommits;
            }

            if (isMore)
                _ = RunLaneAsync();
            if (group.Count > 0)
                await CommitAsync(group);

            // 3. Gather again, unless another lane does or nothing waits.
            lock (_lock)
            {
                _committing--;
                if (_isGathering || _waiting.Count == 0)
                    return;
                _isGathering = true;
            }
        }
    }

    /// <summary>
    /// What is left of the first record's wait. With commits that take long, a wait of as much costs no throughput and saves transactions.
    /// </summary>
    private TimeSpan Linger()
    {
        lock (_lock)
        {
            var (count, since) = (0, long.MaxValue);
            foreach (var ticket in _waiting)
            {
                var waiting = ticket.Member.Waiting;
                if (waiting.Count == 0)
                    continue;
                count += waiting.Count;
                since = Math.Min(since, waiting.Since);
            }

            if (count == 0 || count >= options.EagerSize)
                return TimeSpan.Zero;
            var least = TimeSpan.FromMilliseconds(options.LingerMilliseconds);
            var longest = TimeSpan.FromMilliseconds(options.LongestLingerMilliseconds);
            var linger = _lastDuration < least ? least : _lastDuration < longest ? _lastDuration : longest;
            return linger - time.GetElapsedTime(since);
        }
    }

    /// <summary>Takes partitions in the order of their coming, up to a batch's size altogether.</summary>
    private void Take(List<(Ticket Ticket, SilverBatch Batch)> group)
    {
        var records = 0;
        for (var node = _waiting.First; node is not null;)
        {
            var (ticket, next) = (node.Value, node.Next);
            if (records > 0 && records + ticket.Member.Waiting.Count > options.BatchSize)
                return;
            _waiting.Remove(node);
            node = next;
            if (ticket.Member.Take() is not { } batch)
            {
                ticket.Done.SetResult((null, null));
                continue;
            }

            group.Add((ticket, batch));
            records += batch.Consumed;
        }
    }

    private async Task CommitAsync(List<(Ticket Ticket, SilverBatch Batch)> group)
    {
        while (group.Count > 0)
        {
            var together = group.Count == 1 ? [.. group] : Apart(group);
            group.RemoveAll(together.Contains);
            await CommitTogetherAsync(together);
        }
    }

    /// <summary>Those without a symbol in common: the same feed or candle cannot be changed twice in one statement.</summary>
    private static List<(Ticket Ticket, SilverBatch Batch)> Apart(List<(Ticket Ticket, SilverBatch Batch)> group)
    {
        var symbols = new HashSet<Symbol>();
        return group.FindAll(member => member.Batch.AddSymbolsTo(symbols));
    }

    private async Task CommitTogetherAsync(List<(Ticket Ticket, SilverBatch Batch)> group)
    {
        var started = time.GetTimestamp();
        CommitResult[]? results = null;
        try
        {
            results = await SilverWriter.CommitTogetherAsync([.. group.Select(static member => (member.Ticket.Member.Writer, member.Batch))], CancellationToken.None);
        }
        catch (Exception failure)
        {
            // Whatever it is: each partition finds out alone whether it is concerned.
            LogNotTogether(group.Count, failure.Message);
        }

        var duration = time.GetElapsedTime(started);
        lock (_lock)
            _lastDuration = duration;
        if (results is not null)
            metrics.Committed(results, duration);
        for (var i = 0; i < group.Count; i++)
            group[i].Ticket.Done.SetResult((group[i].Batch, results?[i]));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partitions} partitions could not commit together, each goes on alone: {Reason}")]
    private partial void LogNotTogether(int partitions, string reason);

    private sealed record Ticket(IMember Member)
    {
        // The pipelines go on on threads of their own, not on the lane's.
        public TaskCompletionSource<(SilverBatch? Batch, CommitResult? Result)> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
