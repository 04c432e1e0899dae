using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>Works out what a process gets: its variables and arguments, anew at every start.</summary>
internal static class ResourceEnvironment
{
    public static async Task<IReadOnlyDictionary<string, string>> VariablesAsync(
        IResource resource, Replica replica, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ResolveAsync(value, replica, cancellationToken).ConfigureAwait(false) is { } text)
            {
                variables[name] = text;
            }
        }

        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.TargetPortEnvironmentVariable is { } variable)
            {
                variables[variable] = endpoint.ReplicaPorts[replica.Index].ToString(CultureInfo.InvariantCulture);
            }
        }

        return variables;
    }

    public static async Task<IReadOnlyList<string>> ArgumentsAsync(IResource resource, Replica replica, CancellationToken cancellationToken)
    {
        var values = new List<object>();
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(values, cancellationToken)).ConfigureAwait(false);
        }

        var arguments = new List<string>();
        foreach (var value in values)
        {
            if (await ResolveAsync(value, replica, cancellationToken).ConfigureAwait(false) is { } text)
            {
                arguments.Add(text);
            }
        }

        return arguments;
    }

    private static async ValueTask<string?> ResolveAsync(object value, Replica replica, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        ReplicaValue own => own.For(replica),
        IValueProvider provider => await provider.GetValueAsync(cancellationToken).ConfigureAwait(false),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
