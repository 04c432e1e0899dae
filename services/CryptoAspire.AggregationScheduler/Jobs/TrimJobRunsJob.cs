using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using Microsoft.Extensions.Options;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Deletes old rows of <c>job_run</c>, and their logs with them.</summary>
internal sealed class TrimJobRunsJob(RunQueue runs, IOptions<RunOptions> options, TimeProvider time) : IScheduledJob
{
    public static JobDefinition Definition { get; } = new("trim-job-runs", "Deletes old records of runs, and their logs.") { Schedule = "every 1h at 7m" };

    public async Task RunAsync(JobRun run, CancellationToken cancel) => run.CountWritten(await runs.TrimAsync(time.GetUtcNow().AddDays(-options.Value.KeepDays), cancel));
}
