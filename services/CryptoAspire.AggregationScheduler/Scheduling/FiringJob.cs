using CryptoAspire.AggregationScheduler.Running;
using CryptoAspire.Storage.Jobs;
using Quartz;

namespace CryptoAspire.AggregationScheduler.Scheduling;

/// <summary>
/// What Quartz runs when a job's time has come: it queues a run. Quartz is the cluster's clock, which fires once whoever fires; the queue
/// decides who runs, and remembers.
/// </summary>
internal sealed class FiringJob(RunQueue queue, JobCatalog catalog, RunDispatcher dispatcher) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var request = new RunRequest(context.JobDetail.Key.Name, RunCause.Schedule, "schedule") { ScheduledFor = context.ScheduledFireTimeUtc };
        await queue.EnqueueAsync(request, cancellationToken);
        dispatcher.Wake();
        await catalog.NoteNextRunsAsync(new Dictionary<string, DateTimeOffset?> { [context.JobDetail.Key.Name] = context.NextFireTimeUtc }, cancellationToken);
    }
}
