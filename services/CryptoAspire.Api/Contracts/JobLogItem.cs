using CryptoAspire.Storage.Jobs;

namespace CryptoAspire.Api.Contracts;

/// <summary>A line of a run's log.</summary>
/// <param name="Line">1, 2, 3, …</param>
/// <param name="At">When it was said.</param>
/// <param name="Level">info, warning or error.</param>
/// <param name="Message">The text.</param>
public sealed record JobLogItem(int Line, DateTimeOffset At, string Level, string Message)
{
    internal static JobLogItem Of(JobLogLine l) => new(l.Line, l.At, l.Level, l.Message);
}
