namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that a registered health check tells the resource's health.</summary>
public sealed class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    /// <summary>The registered name of the check.</summary>
    public string Key { get; } = key;
}
