using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.DotNet;
using CryptoAspire.LocalHosting.Kafka;
using CryptoAspire.LocalHosting.Postgres;
using CryptoAspire.LocalHosting.Processes;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Which process stands for a resource on this machine.</summary>
internal static class ResourceProcess
{
    /// <exception cref="ResourceStartException">Something that it needs is missing.</exception>
    public static async Task<ProcessSpec> PrepareAsync(IResource resource, Replica replica, RunContext context, Action<string> log, CancellationToken cancellationToken)
    {
        switch (resource)
        {
            case PostgresServerResource server:
                return await PostgresProcess.PrepareAsync(server, context, log, cancellationToken).ConfigureAwait(false);
            case KafkaServerResource kafka:
                return LocalKafkaProcess.Prepare(kafka, context);
            case ProjectResource project:
                return await ProjectAsync(project, replica, context, cancellationToken).ConfigureAwait(false);
            case ExecutableResource executable:
                return await ExecutableAsync(executable, replica, context, cancellationToken).ConfigureAwait(false);
            default:
                throw new ResourceStartException(
                    "containers are not run by the local host",
                    "a container engine and dotnet run --project CryptoAspire.AppHost -p:UseAspire=true");
        }
    }

    private static async Task<ProcessSpec> ProjectAsync(ProjectResource project, Replica replica, RunContext context, CancellationToken cancellationToken)
    {
        var metadata = project.Annotations.OfType<IProjectMetadata>().Last();
        var assembly = ProjectAssembly.Find(metadata);
        if (project.Annotations.OfType<ResourceRelationshipAnnotation>().Any(r => r.Resource is KafkaServerResource))
        {
            KafkaClientLibrary.Require(Path.GetDirectoryName(assembly)!);
        }

        var (fileName, first) = ProjectAssembly.Command(assembly);
        var variables = await ResourceEnvironment.VariablesAsync(project, replica, context.ExecutionContext, cancellationToken).ConfigureAwait(false);
        return new ProcessSpec(
            fileName,
            [.. first, .. await ResourceEnvironment.ArgumentsAsync(project, replica, cancellationToken).ConfigureAwait(false)],
            Path.GetDirectoryName(metadata.ProjectPath)!)
        {
            Environment = new Dictionary<string, string>(variables) { ["DOTNET_ROOT"] = ProjectAssembly.DotNetRoot },
        };
    }

    private static async Task<ProcessSpec> ExecutableAsync(ExecutableResource executable, Replica replica, RunContext context, CancellationToken cancellationToken)
    {
        var command = executable.Command.Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(executable.Command, executable.WorkingDirectory)
            : executable.Command;
        return new ProcessSpec(
            ProcessLauncher.Find(command) ?? throw new ResourceStartException($"the program '{executable.Command}' was not found"),
            await ResourceEnvironment.ArgumentsAsync(executable, replica, cancellationToken).ConfigureAwait(false),
            executable.WorkingDirectory)
        {
            Environment = await ResourceEnvironment.VariablesAsync(executable, replica, context.ExecutionContext, cancellationToken).ConfigureAwait(false),
        };
    }
}
