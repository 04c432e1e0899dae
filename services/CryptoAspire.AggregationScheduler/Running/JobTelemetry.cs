using System.Diagnostics;
using System.Diagnostics.Metrics;
using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.AggregationScheduler.Running;

/// <summary>Spans and durations of runs.</summary>
internal static class JobTelemetry
{
    private static readonly ActivitySource Source = new("CryptoAspire.Jobs");
    private static readonly Meter Meter = new("CryptoAspire.Jobs");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("cryptoaspire.job.run.duration", "s", "How long a run of a job took, by its outcome");

    public static Activity? Start(TakenRun run)
    {
        var activity = Source.StartActivity($"job {run.Job}");
        activity?.SetTag("cryptoaspire.job.name", run.Job);
        activity?.SetTag("cryptoaspire.job.run.id", run.Id);
        return activity;
    }

    public static void Record(string job, RunOutcome outcome, TimeSpan took) =>
        Duration.Record(took.TotalSeconds, new("cryptoaspire.job.name", job), new("cryptoaspire.job.run.outcome", outcome.Name()));
}
