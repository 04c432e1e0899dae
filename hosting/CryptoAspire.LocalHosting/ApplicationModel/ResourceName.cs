namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rule for resource names: they become host names, environment keys and file names.</summary>
internal static class ResourceName
{
    private const int MaxLength = 64;

    public static void Validate(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var why = name switch
        {
            { Length: > MaxLength } => $"is longer than {MaxLength} characters",
            _ when !char.IsAsciiLetter(name[0]) => "must start with an ASCII letter",
            _ when name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-') => "may hold only ASCII letters, digits and hyphens",
            _ when name.EndsWith('-') || name.Contains("--", StringComparison.Ordinal) => "must not end with a hyphen or hold two in a row",
            _ => null,
        };
        if (why is not null)
        {
            throw new ArgumentException($"Resource name '{name}' is invalid: it {why}.", nameof(name));
        }
    }
}
