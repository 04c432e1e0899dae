using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Silver;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CryptoAspire.StreamProcessor.Retention;

/// <summary>Makes Silver's days ahead and drops the old ones, and deletes what is old of the tables without days, round after round.</summary>
internal sealed partial class RetentionService(
    NpgsqlDataSource database, SilverRetention retention, RowRetention rows, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    private const double Gigabyte = 1L << 30;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await ApplyAsync(stoppingToken);
                attempt = 0;
                await Task.Delay(options.Value.Every, time, stoppingToken);
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                await Task.Delay(Backoff.Delay(attempt++), time, stoppingToken); // the schema is being made
            }
            catch (NpgsqlException failure)
            {
                LogFailed(failure.Message);
                await Task.Delay(Backoff.Delay(attempt++), time, stoppingToken);
            }
        }
    }

    private async Task ApplyAsync(CancellationToken stop)
    {
        var limit = options.Value.SilverGigabytes > 0
            ? (long)(options.Value.SilverGigabytes * Gigabyte)
            : (long?)(await SilverDisk.RoomAsync(database, stop) * options.Value.DiskShare);
        foreach (var day in await retention.ApplyAsync(TimeSpan.FromDays(options.Value.SilverDays), limit, stop))
            LogDropped(day.Day, day.Bytes / Gigabyte, options.Value.SilverDays, limit / Gigabyte);
        var deleted = await rows.ApplyAsync(TimeSpan.FromDays(options.Value.MarketDataDays), TimeSpan.FromDays(options.Value.WitnessDays), stop);
        if (deleted > 0) LogDeleted(deleted, options.Value.MarketDataDays, options.Value.WitnessDays);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rows} old rows were deleted; market data is kept for {MarketData} days, the venues' candles and filled gaps for {Witnesses}")]
    private partial void LogDeleted(long rows, double marketData, double witnesses);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silver's day {Day} was dropped, {Gigabytes:0.00} GiB; kept are {Days} days and at most {Limit:0.0} GiB")]
    private partial void LogDropped(DateOnly day, double gigabytes, int days, double? limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old days of Silver could not be dropped, trying again: {Reason}")]
    private partial void LogFailed(string reason);
}
