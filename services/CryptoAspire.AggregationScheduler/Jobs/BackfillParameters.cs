using CryptoAspire.AggregationScheduler.Running;

namespace CryptoAspire.AggregationScheduler.Jobs;

/// <summary>The range that a run of a job with the parameters <c>from</c>, <c>to</c> and <c>symbols</c> is asked to do again.</summary>
internal readonly record struct BackfillParameters(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<string> Symbols)
{
    public static readonly IReadOnlyList<string> Names = ["from", "to", "symbols"];

    /// <summary>The run's range; null for an ordinary run.</summary>
    public static BackfillParameters? Of(JobRun run, TimeProvider time) =>
        run.Time("from") is { } from ? new BackfillParameters(from, run.Time("to") ?? time.GetUtcNow(), run.List("symbols")) : null;
}
