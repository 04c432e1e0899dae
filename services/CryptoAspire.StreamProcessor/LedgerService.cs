using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;
using Npgsql;

namespace CryptoAspire.StreamProcessor;

/// <summary>Checks the ledger every minute; what does not balance is an incident, makes the processor unhealthy, and stays so for an operator to see.</summary>
internal sealed partial class LedgerService(LedgerAudit ledger, SilverHealth health, SilverMetrics metrics, TimeProvider time, ILogger<LedgerService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await ledger.CheckAsync(stoppingToken) is not { } unbalanced)
                    continue;
                metrics.Checked(unbalanced.Count);
                if (unbalanced.Count == 0)
                    continue;
                var partitions = string.Join(", ", unbalanced);
                health.Trouble("ledger", $"does not balance: {partitions} (see /api/v1/ledger)");
                LogUnbalanced(partitions);
            }
            catch (NpgsqlException failure)
            {
                LogNotChecked(failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger does not balance: {Partitions}")]
    private partial void LogUnbalanced(string partitions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger could not be checked: {Reason}")]
    private partial void LogNotChecked(string reason);
}
