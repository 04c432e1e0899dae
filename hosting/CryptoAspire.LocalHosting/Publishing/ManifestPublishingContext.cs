using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Writes resources to an Aspire manifest. Key order, escaping and relative paths are Aspire's, so that tools that read
/// the manifest of an Aspire AppHost read this one too.
/// </summary>
public sealed partial class ManifestPublishingContext(
    DistributedApplicationExecutionContext executionContext,
    string manifestPath,
    Utf8JsonWriter writer,
    CancellationToken cancellationToken = default)
{
    private readonly ManifestReferences _references = new();

    /// <summary>Publish.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The full path of the manifest.</summary>
    public string ManifestPath { get; } = manifestPath;

    /// <summary>Where it is written.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>Cancels the publishing.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A path relative to the manifest's folder, with slashes.</summary>
    public string? GetManifestRelativePath(string? path) => path is null
        ? null
        : Path.GetRelativePath(Path.GetDirectoryName(ManifestPath)!, path).Replace('\\', '/');

    internal async Task WriteModelAsync(DistributedApplicationModel model)
    {
        Writer.WriteStartObject();
        Writer.WriteStartObject("resources");

        // 1. What the AppHost lists, in its order.
        foreach (var resource in model.Resources)
        {
            await WriteResourceAsync(resource).ConfigureAwait(false);
        }

        // 2. What is referred to without being listed: generated passwords.
        foreach (var resource in _references.Unlisted(model.Resources))
        {
            await WriteResourceAsync(resource).ConfigureAwait(false);
        }

        // 3. Encoded forms of parameters that were met after their parameter had been written.
        foreach (var parameter in _references.TakeEncoded())
        {
            WriteEncoded(parameter);
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        var callback = resource.Annotations.OfType<ManifestPublishingCallbackAnnotation>().LastOrDefault();
        if (ReferenceEquals(callback, ManifestPublishingCallbackAnnotation.Ignore))
        {
            return;
        }

        Writer.WriteStartObject(resource.Name);
        if (callback?.Callback is { } write)
        {
            await write(this).ConfigureAwait(false);
        }
        else if (resource is ParameterResource parameter)
        {
            WriteParameter(parameter);
        }
        else
        {
            Writer.WriteString("error", "This resource does not support generation in the manifest.");
        }

        Writer.WriteEndObject();
        if (resource is ParameterResource written && _references.TakeEncoded(written))
        {
            WriteEncoded(written);
        }
    }

    private void WriteEncoded(ParameterResource parameter)
    {
        Writer.WriteStartObject(ValueFormat.EncodedName(parameter.Name));
        Writer.WriteString("type", "annotated.string");
        Writer.WriteString("value", parameter.ValueExpression);
        Writer.WriteString("filter", "uri");
        Writer.WriteEndObject();
    }
}
