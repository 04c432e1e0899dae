using CryptoAspire.Storage.Feeds;
using Npgsql;

namespace CryptoAspire.Producer.Rest;

/// <summary>The shared budget in PostgreSQL. When that is away each producer keeps to half of the limit by itself.</summary>
internal sealed partial class TableBudget(RequestBudgets table, ILogger<TableBudget> logger) : ISharedBudget
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public async ValueTask<TimeSpan?> TakeAsync(string venue, RestLimit limit, int weight, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Limit);
        try
        {
            return await table.TakeAsync(venue, limit.Burst, limit.PerSecond, weight, patience.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Block(string venue, TimeSpan pause) => _ = BlockAsync(venue, pause);

    private async Task BlockAsync(string venue, TimeSpan pause)
    {
        using var patience = new CancellationTokenSource(Limit);
        try
        {
            await table.BlockAsync(venue, pause, patience.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            LogUnshared(venue, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Venue}: that it wants a pause could not be told to the other producers: {Problem}")]
    private partial void LogUnshared(string venue, string problem);
}
