namespace Aspire.Hosting.ApplicationModel;

/// <summary>The container image that a published application uses.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>The registry; null for none.</summary>
    public string? Registry { get; set; }

    /// <summary>The image.</summary>
    public required string Image { get; set; }

    /// <summary>The tag.</summary>
    public string? Tag { get; set; }

    internal string Reference => $"{(Registry is null ? "" : Registry + "/")}{Image}:{Tag ?? "latest"}";
}
