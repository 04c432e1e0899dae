using CryptoAspire.Storage.Feeds;
using Npgsql;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Follows the table of tracked symbols, asking it every other second. Until it can be read, and when it cannot, what is known is followed: at first the
/// configuration's symbols, which are also what an untouched table is filled with.
/// </summary>
internal sealed partial class TableSymbols(TrackedSymbols table, FeedSettings settings, TimeProvider clock, ILogger<TableSymbols> logger) : BackgroundService, ITrackedSymbols
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private IReadOnlyList<TrackedSymbol> current = [.. settings.Coins.Select(c => new TrackedSymbol(c))];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<TrackedSymbol> Current => Volatile.Read(ref current);

    public async Task ChangedAsync(IReadOnlyList<TrackedSymbol> known, CancellationToken cancellation)
    {
        while (true)
        {
            var next = Volatile.Read(ref changed).Task;
            if (!ReferenceEquals(Current, known)) return;
            await next.WaitAsync(cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        var (seeded, told) = (false, false);
        do
        {
            try
            {
                if (!seeded) await table.SeedAsync(settings.Coins, stopping);
                seeded = true;
                Take([.. (await table.ListAsync(stopping)).Select(r => new TrackedSymbol(r.Symbol, r.Venue))]);
                told = false;
            }
            catch (NpgsqlException e)
            {
                if (!told) LogUnreadable(e.Message);
                told = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private void Take(IReadOnlyList<TrackedSymbol> wishes)
    {
        if (wishes.SequenceEqual(current)) return;
        Volatile.Write(ref current, wishes);
        LogChanged(wishes.Count);
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    [LoggerMessage(LogLevel.Information, "The table of tracked symbols has {Count} entries")]
    private partial void LogChanged(int count);

    [LoggerMessage(LogLevel.Warning, "The table of tracked symbols cannot be read ({Problem}): what is known is followed")]
    private partial void LogUnreadable(string problem);
}
