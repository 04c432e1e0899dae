using System.Globalization;
using CryptoAspire.Storage.Jobs;
using Npgsql;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>A run as its job sees it: what it was asked to do, and where it tells what it did. Safe for several threads.</summary>
internal sealed partial class JobRun(TakenRun taken, RunQueue queue, ILogger logger)
{
    private const int MostLines = 1000;

    private long _read;
    private long _written;
    private long _rejected;
    private int _lines;

    /// <summary>Its row.</summary>
    public TakenRun Taken => taken;

    public long Read => Interlocked.Read(ref _read);

    public long Written => Interlocked.Read(ref _written);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>The time that a parameter names; null when it was not given.</summary>
    /// <exception cref="FormatException">It is not ISO 8601.</exception>
    public DateTimeOffset? Time(string parameter) => taken.Parameters.GetValueOrDefault(parameter) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
        : null;

    /// <summary>The items of a parameter, which are separated by commas; empty when it was not given.</summary>
    public IReadOnlyList<string> List(string parameter) =>
        taken.Parameters.GetValueOrDefault(parameter, "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public void CountRead(long rows) => Interlocked.Add(ref _read, rows);

    /// <summary>What it wrote; a run that wrote nothing causes no runs of other jobs.</summary>
    public void CountWritten(long rows) => Interlocked.Add(ref _written, rows);

    public void CountRejected(long rows) => Interlocked.Add(ref _rejected, rows);

    /// <summary>Says something in the run's own log, of which the first thousand lines are kept.</summary>
    public Task LogAsync(string message) => LogAsync("info", message);

    /// <summary>Says that something is not as it should be, though the run goes on.</summary>
    public Task WarnAsync(string message) => LogAsync("warning", message);

    internal async Task LogAsync(string level, string message)
    {
        LogLine(taken.Job, taken.Id, message);
        var line = Interlocked.Increment(ref _lines);
        if (line > MostLines)
            return;
        try
        {
            await queue.LogAsync(taken.Id, line, level, line == MostLines ? "Further lines are left out." : message, CancellationToken.None);
        }
        catch (NpgsqlException failure)
        {
            // The run itself will meet the database's failure; its log must not be what ends it.
            LogUnkept(taken.Id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} {Run}: {Message}")]
    private partial void LogLine(string job, long run, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A line of run {Run}'s log could not be kept: {Reason}")]
    private partial void LogUnkept(long run, string reason);
}
