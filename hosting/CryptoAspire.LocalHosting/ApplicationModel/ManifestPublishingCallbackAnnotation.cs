namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says how a resource is written to the manifest; a null callback leaves it out.</summary>
public sealed class ManifestPublishingCallbackAnnotation(Func<Publishing.ManifestPublishingContext, Task>? callback) : IResourceAnnotation
{
    /// <summary>Leaves the resource out of the manifest.</summary>
    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new(null);

    /// <summary>The writer of the resource.</summary>
    public Func<Publishing.ManifestPublishingContext, Task>? Callback { get; } = callback;
}
