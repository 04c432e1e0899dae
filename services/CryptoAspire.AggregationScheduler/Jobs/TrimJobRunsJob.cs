using CryptoAspire.Storage.Gold;
using Microsoft.Extensions.Options;
using Quartz;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>Deletes old rows of <c>job_run</c>.</summary>
[DisallowConcurrentExecution]
public sealed class TrimJobRunsJob(JobRuns runs, RunRecorder recorder, IOptions<GoldOptions> options, TimeProvider time) : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        recorder.RunAsync(context, cancel => runs.TrimAsync(time.GetUtcNow().AddDays(-options.Value.JobRunDays), cancel), cancellationToken);
}
