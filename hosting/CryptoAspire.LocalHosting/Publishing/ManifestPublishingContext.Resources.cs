using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

public sealed partial class ManifestPublishingContext
{
    /// <summary>Writes a container.</summary>
    public async Task WriteContainerAsync(ContainerResource container)
    {
        Writer.WriteString("type", "container.v0");
        WriteConnectionString(container);
        var image = container.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()
            ?? throw new DistributedApplicationException($"Could not get container image from resource '{container.Name}'.");
        Writer.WriteString("image", image.Reference);
        if (container.Entrypoint is { } entrypoint)
        {
            Writer.WriteString("entrypoint", entrypoint);
        }

        await WriteCommandLineArgumentsAsync(container).ConfigureAwait(false);
        WriteMounts(container);
        await WriteEnvironmentVariablesAsync(container).ConfigureAwait(false);
        WriteBindings(container);
    }

    /// <summary>Writes a .NET project.</summary>
    internal async Task WriteProjectAsync(ProjectResource project)
    {
        Writer.WriteString("type", "project.v0");
        Writer.WriteString("path", GetManifestRelativePath(project.Annotations.OfType<IProjectMetadata>().Single().ProjectPath));
        await WriteCommandLineArgumentsAsync(project).ConfigureAwait(false);
        await WriteEnvironmentVariablesAsync(project).ConfigureAwait(false);
        WriteBindings(project);
    }

    /// <summary>Writes a program.</summary>
    internal async Task WriteExecutableAsync(ExecutableResource executable)
    {
        Writer.WriteString("type", "executable.v0");
        Writer.WriteString("workingDirectory", GetManifestRelativePath(executable.WorkingDirectory));
        Writer.WriteString("command", executable.Command);
        await WriteCommandLineArgumentsAsync(executable).ConfigureAwait(false);
        await WriteEnvironmentVariablesAsync(executable).ConfigureAwait(false);
        WriteBindings(executable);
    }

    /// <summary>Writes a resource that is only a connection string, as a database of a server.</summary>
    internal void WriteValue(IResourceWithConnectionString resource)
    {
        Writer.WriteString("type", "value.v0");
        WriteConnectionString(resource);
    }

    /// <summary>Writes a parameter.</summary>
    internal void WriteParameter(ParameterResource parameter)
    {
        Writer.WriteString("type", "parameter.v0");
        Writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        Writer.WriteStartObject("inputs");
        Writer.WriteStartObject("value");
        Writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            Writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } value)
        {
            Writer.WriteStartObject("default");
            value.WriteToManifest(this);
            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
        Writer.WriteEndObject();
    }

    private void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: var expression })
        {
            Writer.WriteString("connectionString", expression.ValueExpression);
            _references.Add(expression);
        }
    }

    private async Task WriteCommandLineArgumentsAsync(IResource resource)
    {
        var arguments = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, CancellationToken)).ConfigureAwait(false);
        }

        if (arguments.Count > 0)
        {
            Writer.WriteStartArray("args");
            arguments.ForEach(a => Writer.WriteStringValue(Expression(a)));
            Writer.WriteEndArray();
        }
    }

    private async Task WriteEnvironmentVariablesAsync(IResource resource)
    {
        var context = new EnvironmentCallbackContext(ExecutionContext, resource, cancellationToken: CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        if (context.EnvironmentVariables.Count > 0)
        {
            Writer.WriteStartObject("env");
            foreach (var (name, value) in context.EnvironmentVariables)
            {
                Writer.WriteString(name, Expression(value));
            }

            Writer.WriteEndObject();
        }
    }

    private void WriteBindings(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        Writer.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            Writer.WriteStartObject(endpoint.Name);
            Writer.WriteString("scheme", endpoint.UriScheme);
            Writer.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            Writer.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port)
            {
                Writer.WriteNumber("port", port);
            }

            if (endpoint.TargetPort is { } targetPort)
            {
                Writer.WriteNumber("targetPort", targetPort);
            }

            if (endpoint.IsExternal)
            {
                Writer.WriteBoolean("external", true);
            }

            Writer.WriteEndObject();
        }

        Writer.WriteEndObject();
    }

    private void WriteMounts(IResource resource)
    {
        foreach (var kind in resource.Annotations.OfType<ContainerMountAnnotation>().GroupBy(m => m.Type).OrderBy(g => g.Key))
        {
            var (array, source) = kind.Key == ContainerMountType.BindMount ? ("bindMounts", "source") : ("volumes", "name");
            Writer.WriteStartArray(array);
            foreach (var mount in kind)
            {
                Writer.WriteStartObject();
                Writer.WriteString(source, kind.Key == ContainerMountType.BindMount ? GetManifestRelativePath(mount.Source) : mount.Source);
                Writer.WriteString("target", mount.Target);
                Writer.WriteBoolean("readOnly", mount.IsReadOnly);
                Writer.WriteEndObject();
            }

            Writer.WriteEndArray();
        }
    }

    private string Expression(object value)
    {
        _references.Add(value);
        return value switch
        {
            string text => text,
            IManifestExpressionProvider expression => expression.ValueExpression,
            _ => throw new DistributedApplicationException($"The value of type '{value.GetType().Name}' cannot be written to the manifest."),
        };
    }
}
