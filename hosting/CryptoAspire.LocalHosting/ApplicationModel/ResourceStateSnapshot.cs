namespace Aspire.Hosting.ApplicationModel;

/// <summary>A state and its style.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state in its own right.</summary>
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new(text, null);
}
