using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.StreamProcessor;

/// <summary>Keeps Silver's indexes up with what is written, so that a minute is as quickly found in a backlog that was just caught up with.</summary>
internal sealed partial class SummaryService(SilverSummaries summaries, SilverMetrics metrics, TimeProvider time, ILogger<SummaryService> logger) : BackgroundService
{
    private const long ManyRows = 100_000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first time whatever this process has written: what was before it may have ended early.
        var (rows, at) = (-1L, time.GetTimestamp());
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var written = metrics.Rows;
            if (written == rows || written - rows < ManyRows && time.GetElapsedTime(at) < LongestPeriod)
                continue;
            try
            {
                await summaries.UpdateAsync(stoppingToken);
                (rows, at) = (written, time.GetTimestamp());
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
