using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>
/// A scheduled job. To add one: a file in <c>Jobs/</c> with its class, and a line <c>AddJob</c> in <see cref="Extensions"/>. Around it are
/// the schedule, the lease (no job runs twice at a time, whatever happens), the time-out, retries, its log, and its row in <c>job_run</c>.
/// It must leave whole what it leaves: it can be killed at any point and is then run again.
/// </summary>
internal interface IScheduledJob
{
    /// <summary>What it is called, when it runs, what it takes.</summary>
    static abstract JobDefinition Definition { get; }

    /// <summary>Does the work. An exception ends the run as failed.</summary>
    /// <param name="run">Its parameters, counts and log.</param>
    /// <param name="cancel">Its time is up, somebody asked for its end, its lease was lost, or the scheduler stops.</param>
    Task RunAsync(JobRun run, CancellationToken cancel);
}
