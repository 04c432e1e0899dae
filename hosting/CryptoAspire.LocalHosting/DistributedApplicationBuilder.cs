using System.Diagnostics;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using CryptoAspire.LocalHosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Describes an application that runs as plain processes on this machine.</summary>
public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    // The test entry points follow an AppHost through these events, as Aspire's do.
    internal static readonly DiagnosticListener Diagnostics = new("Aspire.Hosting");

    private static readonly Dictionary<string, string> s_switches = new(StringComparer.Ordinal)
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--output-path"] = "Pipeline:OutputPath",
        ["--step"] = "Pipeline:Step",
    };

    private readonly HostApplicationBuilder _inner;

    /// <summary>Starts the description.</summary>
    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        var settings = new HostApplicationBuilderSettings { Configuration = new ConfigurationManager(), DisableDefaults = true };
        Write("DistributedApplicationBuilderConstructing", (options, settings));

        AppHostAssembly = options.Assembly
            ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        AppHostDirectory = FindAppHostDirectory(AppHostAssembly);
        settings.ContentRootPath = AppHostDirectory;
        settings.EnvironmentName ??= System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? System.Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT");

        _inner = Host.CreateApplicationBuilder(settings);
        _inner.Configuration.SetBasePath(AppHostDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{_inner.Environment.EnvironmentName}.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(options.Args ?? [], s_switches);

        ExecutionContext = new DistributedApplicationExecutionContext(
            string.Equals(_inner.Configuration["AppHost:Operation"], "publish", StringComparison.OrdinalIgnoreCase)
            || _inner.Configuration["Publishing:Publisher"] is not null
                ? DistributedApplicationOperation.Publish
                : DistributedApplicationOperation.Run);
        LocalHost.AddServices(this, options);
        Write("DistributedApplicationBuilderConstructed", this);
    }

    /// <inheritdoc />
    public Assembly? AppHostAssembly { get; }

    /// <inheritdoc />
    public string AppHostDirectory { get; }

    /// <inheritdoc />
    public ConfigurationManager Configuration => _inner.Configuration;

    /// <inheritdoc />
    public IHostEnvironment Environment => _inner.Environment;

    /// <inheritdoc />
    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    /// <inheritdoc />
    public DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <inheritdoc />
    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <inheritdoc />
    public IServiceCollection Services => _inner.Services;

    /// <inheritdoc />
    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        if (Resources.FirstOrDefault(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType().Name}' with name '{resource.Name}' because resource of type '{other.GetType().Name}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    /// <inheritdoc />
    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource =>
        new DistributedApplicationResourceBuilder<T>(this, resource);

    /// <inheritdoc />
    public DistributedApplication Build()
    {
        Write("DistributedApplicationBuilding", this);
        var application = new DistributedApplication(_inner.Build());
        Write("DistributedApplicationBuilt", application);
        return application;
    }

    private static string FindAppHostDirectory(Assembly? assembly) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value
        ?? Directory.GetCurrentDirectory();

    private static void Write(string name, object payload)
    {
        if (Diagnostics.IsEnabled(name))
        {
            Diagnostics.Write(name, payload);
        }
    }
}
