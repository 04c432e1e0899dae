namespace CryptoAspire.Storage.Jobs;

/// <summary>The names of outcomes and causes in <c>job_run</c>.</summary>
public static class RunNames
{
    public static string Name(this RunOutcome outcome) => outcome == RunOutcome.TimedOut ? "timed-out" : outcome.ToString().ToLowerInvariant();

    public static string Name(this RunCause cause) => cause.ToString().ToLowerInvariant();

    /// <summary>Reads an outcome's name; false for any other text.</summary>
    public static bool TryParse(string? text, out RunOutcome outcome)
    {
        foreach (var candidate in Enum.GetValues<RunOutcome>())
        {
            if (candidate.Name() != text)
                continue;
            outcome = candidate;
            return true;
        }

        outcome = default;
        return false;
    }

    /// <exception cref="FormatException">Not an outcome.</exception>
    public static RunOutcome OutcomeOf(string name) => TryParse(name, out var outcome) ? outcome : throw new FormatException($"'{name}' is not a run's outcome.");

    /// <exception cref="ArgumentException">Not a cause.</exception>
    public static RunCause CauseOf(string name) => Enum.Parse<RunCause>(name, ignoreCase: true);
}
