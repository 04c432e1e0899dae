using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>A job as the code brings it: what it is, and how one run of it is done.</summary>
internal sealed record JobRegistration(JobDefinition Definition, Func<IServiceProvider, JobRun, CancellationToken, Task> RunAsync)
{
    /// <summary>A job that is made anew for each run.</summary>
    public static JobRegistration Of<TJob>()
        where TJob : class, IScheduledJob =>
        new(TJob.Definition, static (services, run, cancel) => ActivatorUtilities.CreateInstance<TJob>(services).RunAsync(run, cancel));
}
