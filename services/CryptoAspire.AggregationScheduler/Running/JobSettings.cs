using CryptoAspire.Scheduling;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>
/// What the configuration may say about a job, section <c>Jobs:&lt;name&gt;</c>. Empty text for <see cref="Schedule"/> takes the schedule away.
/// </summary>
internal sealed class JobSettings
{
    public string? Schedule { get; set; }

    public bool? CatchUp { get; set; }

    public TimeSpan? Timeout { get; set; }

    public int? Retries { get; set; }

    public TimeSpan? Cooldown { get; set; }

    /// <summary>The job with these settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message names it, its value and the remedy.</exception>
    public JobDefinition Over(JobDefinition job)
    {
        var schedule = Schedule is null ? job.Schedule : Schedule.Length == 0 ? null : Schedule;
        if (schedule is not null && !JobSchedule.TryParse(schedule, out _, out var mistake))
            throw new InvalidOperationException($"Jobs:{job.Name}:Schedule: {mistake}");
        if (Timeout <= TimeSpan.Zero)
            throw new InvalidOperationException($"Jobs:{job.Name}:Timeout is '{Timeout}'; give a time above zero, such as 00:05:00.");
        if (Retries < 0)
            throw new InvalidOperationException($"Jobs:{job.Name}:Retries is '{Retries}'; give 0 or more.");
        return job with
        {
            Schedule = schedule,
            CatchUp = CatchUp ?? job.CatchUp,
            Timeout = Timeout ?? job.Timeout,
            Retries = Retries ?? job.Retries,
            Cooldown = Cooldown ?? job.Cooldown,
        };
    }
}
