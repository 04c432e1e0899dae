namespace CryptoAspire.Storage.Jobs;

/// <summary>A line of a run's log.</summary>
/// <param name="Line">1, 2, 3, …</param>
/// <param name="At">When it was said.</param>
/// <param name="Level">info, warning or error.</param>
/// <param name="Message">The text.</param>
public sealed record JobLogLine(int Line, DateTimeOffset At, string Level, string Message);
