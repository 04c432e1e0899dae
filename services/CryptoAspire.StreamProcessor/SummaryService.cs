using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// Keeps Silver's indexes up with what is written, so that a minute is as quickly found in a backlog that was just caught up with. In the
/// catching up itself it would cost every row a tenth more, so it waits for the end of it, though not for longer than a minute.
/// </summary>
internal sealed partial class SummaryService(SilverSummaries summaries, SilverMetrics metrics, TimeProvider time, ILogger<SummaryService> logger) : BackgroundService
{
    private const long Rush = 50_000; // rows in a period
    private const long Worthwhile = 100_000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At first whatever this process has written: the one before it may have ended too early for its own.
        var (seen, done, at) = (0L, -Worthwhile, time.GetTimestamp());
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (rows, before) = (metrics.Rows, seen);
            seen = rows;
            if (rows == done || time.GetElapsedTime(at) < LongestPeriod && (rows - before > Rush || rows - done < Worthwhile))
                continue;
            try
            {
                await summaries.UpdateAsync(stoppingToken);
                (done, at) = (rows, time.GetTimestamp());
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // The schema is being made.
            }
            catch (NpgsqlException failure)
            {
                LogNotUpdated(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silver's indexes could not be kept up, trying again: {Reason}")]
    private partial void LogNotUpdated(string reason);
}
