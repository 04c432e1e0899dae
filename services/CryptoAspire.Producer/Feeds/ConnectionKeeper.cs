using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Keeps one connection for a share of a venue's instruments, for ever: after a failure it connects again with growing pauses, and one that the venue would cut
/// soon is replaced by a successor before, so that nobody notices.
/// </summary>
internal sealed partial class ConnectionKeeper(
    IVenue venue, FeedLines lines, FeedSettings settings, FeedSink sink, FeedStatus status, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SuccessionLimit = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly List<VenueInstrument> instruments = [];
    private VenueConnection? current, next;

    public int Count
    {
        get
        {
            lock (gate) return instruments.Count;
        }
    }

    /// <summary>Follows further instruments, on the connection that there is.</summary>
    public void Add(IReadOnlyList<VenueInstrument> more)
    {
        lock (gate)
        {
            instruments.AddRange(more);
            current?.Add(more);
            next?.Add(more);
        }
    }

    public void Remove(IReadOnlyList<VenueInstrument> fewer)
    {
        lock (gate)
        {
            instruments.RemoveAll(fewer.Contains);
            current?.Remove(fewer);
            next?.Remove(fewer);
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry);
        while (!stopping.IsCancellationRequested)
        {
            status.Enter(this, "connecting");
            string problem;
            try
            {
                problem = await KeepAsync(backoff, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                problem = e.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            if (stopping.IsCancellationRequested) return;
            var wait = backoff.Next();
            status.Enter(this, "waiting", problem);
            status.CountReconnect();
            LogDisconnected(status.Venue, problem, wait);
            await Task.Delay(wait, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>One connection, and those that succeed it in time; returns why the last one ended.</summary>
    private async Task<string> KeepAsync(Backoff backoff, CancellationToken stopping)
    {
        var connection = Open(isSuccessor: false);
        var running = connection.RunAsync(stopping);
        try
        {
            // 1. Until trades flow.
            if (await Task.WhenAny(running, connection.Settled) == running) return await running;
            backoff.Reset();
            status.Enter(this, "connected");
            LogConnected(status.Venue, Count);

            // 2. Until it ends; in time it gets a successor.
            while (true)
            {
                using var age = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                var due = settings.Lifetime(venue) is { } lifetime ? Task.Delay(lifetime, clock, age.Token) : Task.Delay(Timeout.InfiniteTimeSpan, clock, age.Token);
                var first = await Task.WhenAny(running, due, connection.Closing);
                await age.CancelAsync();
                if (first == running || stopping.IsCancellationRequested) return await running;
                if (await SucceedAsync(running, stopping) is not var (successor, successorRunning)) continue;
                connection.Leave();
                await running.ContinueWith(_ => { }, TaskScheduler.Default);
                (connection, running) = (successor, successorRunning);
            }
        }
        finally
        {
            lock (gate) (current, next) = (null, null);
        }
    }

    private VenueConnection Open(bool isSuccessor)
    {
        lock (gate)
        {
            var connection = new VenueConnection(venue, [.. instruments], lines, settings, sink, status, clock, logger, isSuccessor);
            if (isSuccessor) next = connection;
            else current = connection;
            return connection;
        }
    }

    /// <summary>A second connection beside the first, until both have flowed together for a while; null when it did not come about.</summary>
    private async Task<(VenueConnection, Task<string>)?> SucceedAsync(Task<string> predecessor, CancellationToken stopping)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry);
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < SuccessionLimit && !predecessor.IsCompleted)
        {
            var successor = Open(isSuccessor: true);
            var running = successor.RunAsync(stopping);
            if (await Task.WhenAny(running, successor.Settled) != running)
            {
                await Task.Delay(settings.Overlap, clock, stopping);
                lock (gate) (current, next) = (successor, null);
                status.CountRotation();
                LogRotated(status.Venue);
                return (successor, running);
            }
            await running.ContinueWith(_ => { }, TaskScheduler.Default);
            await Task.Delay(backoff.Next(), clock, stopping);
        }
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{Venue}: connected, {Instruments} instruments")]
    private partial void LogConnected(string venue, int instruments);

    [LoggerMessage(LogLevel.Information, "{Venue}: the connection was replaced before its time was up")]
    private partial void LogRotated(string venue);

    [LoggerMessage(LogLevel.Warning, "{Venue}: not connected ({Problem}); next attempt in {Wait}")]
    private partial void LogDisconnected(string venue, string problem, TimeSpan wait);
}
