using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Quartz;

namespace CryptoAspire.Scheduling;

/// <summary>
/// When a job runs, always in UTC, so that no clock change of the host's zone moves, repeats or leaves out a run. Two ways to write it:
/// <c>every 10s</c>, <c>every 1h at 5m</c> (periods counted from the Unix epoch, shifted by what follows <c>at</c>; units s, m, h, d), and
/// cron: the five fields of crontab, or Quartz's six with seconds first.
/// </summary>
public sealed class JobSchedule
{
    private const string EveryWord = "every ";
    private const string AtWord = " at ";

    /// <summary>A schedule does not fire more often.</summary>
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    // For a firing whose run could not be queued.
    private static readonly RetryPolicy FireAgain = RetryPolicy.Fixed(5, TimeSpan.FromSeconds(2));

    private readonly TimeSpan _period;
    private readonly TimeSpan _offset;
    private readonly CronExpression? _cron;

    private JobSchedule(string text, TimeSpan period, TimeSpan offset) => (Text, _period, _offset) = (text, period, offset);

    private JobSchedule(string text, CronExpression cron) => (Text, _cron) = (text, cron);

    /// <summary>The schedule as it was written, without needless blanks.</summary>
    public string Text { get; }

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static JobSchedule Parse(string text) => TryParse(text, out var schedule, out var mistake) ? schedule : throw new FormatException(mistake);

    /// <summary>Reads a schedule, or says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out JobSchedule? schedule, [NotNullWhen(false)] out string? mistake)
    {
        var trimmed = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        schedule = trimmed.StartsWith(EveryWord, StringComparison.OrdinalIgnoreCase) ? Every(trimmed) : Cron(trimmed);
        mistake = schedule is null
            ? $"'{text}' is not a schedule. Write 'every 10s', 'every 1h at 5m' (s, m, h, d; at least {ShortestPeriod.TotalSeconds:0} s; the part after 'at' is shorter than the period), or cron: '5 * * * *', or with seconds first '0 0/10 * * * ?'. All times are UTC."
            : null;
        return schedule is not null;
    }

    /// <summary>The first firing after a time; null when a cron expression has none left.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_cron is not null)
            return _cron.GetNextValidTimeAfter(after.ToUniversalTime());
        var past = (after.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks - _offset.Ticks) % _period.Ticks;
        return new DateTimeOffset(after.UtcTicks - (past < 0 ? past + _period.Ticks : past) + _period.Ticks, TimeSpan.Zero);
    }

    /// <summary>The same as a trigger of Quartz, named after its job.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="description">Kept with the trigger.</param>
    /// <param name="now">The scheduler's time: the first firing is after it.</param>
    /// <param name="catchUp">Missed firings: one run for all of them at once, or none before the next firing.</param>
    /// <param name="time">The scheduler's clock.</param>
    /// <exception cref="InvalidOperationException">A cron expression that has no firing left.</exception>
    public ITrigger ToTrigger(string job, string description, DateTimeOffset now, bool catchUp, TimeProvider time)
    {
        // Not at now: a cron trigger fires at its start when that is one of its times.
        return TriggerBuilder.Create(time).WithIdentity(job).WithDescription(description).ForJob(job).StartAt(Next(now)!.Value)
            .WithSchedule(ToSchedule(catchUp)).WithRetryPolicy(FireAgain).Build();
    }

    public override string ToString() => Text;

    private IScheduleBuilder ToSchedule(bool catchUp)
    {
        if (_cron is not null)
        {
            return CronScheduleBuilder.Create(_cron)
                .WithMisfireInstruction(catchUp ? CronTriggerMisfireInstruction.FireAndProceed : CronTriggerMisfireInstruction.DoNothing);
        }

        return SimpleScheduleBuilder.Create().WithInterval(_period).RepeatForever()
            .WithMisfireInstruction(catchUp ? SimpleTriggerMisfireInstruction.NowWithExistingCount : SimpleTriggerMisfireInstruction.NextWithExistingCount);
    }

    private static JobSchedule? Every(string text)
    {
        var parts = text[EveryWord.Length..].Split(AtWord, 2, StringSplitOptions.TrimEntries);
        if (!TryReadLength(parts[0], out var period) || period < ShortestPeriod)
            return null;
        var offset = TimeSpan.Zero;
        return parts.Length == 1 || (TryReadLength(parts[1], out offset) && offset < period) ? new JobSchedule(text, period, offset) : null;
    }

    private static JobSchedule? Cron(string text) =>
        CronExpression.TryParse(text, text.Count(c => c == ' ') == 4 ? CronFormat.Unix : CronFormat.Quartz, out var cron)
            ? new JobSchedule(text, cron.WithTimeZone(TimeZoneInfo.Utc))
            : null;

    // 90s, 5m, 1h30m, 1d.
    private static bool TryReadLength(string text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i] switch { 's' => 1L, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
            if (unit == 0)
                continue;
            if (!int.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return false;
            length += TimeSpan.FromSeconds(count * unit);
            start = i + 1;
        }

        return text.Length > 0 && start == text.Length;
    }
}
