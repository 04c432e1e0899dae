using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace CryptoAspire.LocalHosting.DotNet;

/// <summary>What every .NET project gets: endpoints from its launch profile, telemetry settings, its URLs.</summary>
internal static class ProjectDefaults
{
    public static void Apply(IResourceBuilder<ProjectResource> project, IProjectMetadata metadata, ProjectResourceOptions options)
    {
        var builder = project.ApplicationBuilder;
        var preferred = builder.Configuration["AppHost:DefaultLaunchProfileName"] ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        var profile = LaunchProfile.Find(metadata, options, preferred);

        project.WithManifestPublishingCallback(c => c.WriteProjectAsync(project.Resource));
        project.WithEnvironment(context => AddTelemetry(context, builder));
        AddEndpoints(project, profile);
        if (builder.ExecutionContext.IsPublishMode)
        {
            project.WithEnvironment(AddPublishedUrls);
            return;
        }

        project.WithEnvironment(context => AddUrls(context, project.Resource));
        if (profile is not null)
        {
            project.WithEnvironment(context => AddProfileVariables(context, profile));
            project.WithArgs([.. (profile.CommandLineArgs ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        }
    }

    private static void AddEndpoints(IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        if (profile is null or { Urls.Count: 0 })
        {
            return;
        }

        if (project.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            // A deployment ends TLS itself; both schemes are offered whatever the profile says.
            Add(new EndpointAnnotation(ProtocolType.Tcp, "http"));
            Add(new EndpointAnnotation(ProtocolType.Tcp, "https"));
            return;
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var url in profile.Urls)
        {
            var nth = counts[url.Scheme] = counts.GetValueOrDefault(url.Scheme) + 1;
            Add(new EndpointAnnotation(ProtocolType.Tcp, url.Scheme, name: nth == 1 ? url.Scheme : $"{url.Scheme}{nth}", port: url.Port));
        }

        void Add(EndpointAnnotation endpoint)
        {
            endpoint.FromLaunchProfile = true;
            project.WithAnnotation(endpoint);
        }
    }

    private static void AddTelemetry(EnvironmentCallbackContext context, IDistributedApplicationBuilder builder)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (context.ExecutionContext.IsPublishMode)
        {
            return;
        }

        var development = builder.Environment.IsDevelopment();
        if (development)
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }

        // Aspire always injects its own dashboard's address. There is none here: an address that nobody listens on would
        // make every service retry exports for ever, so it is passed on only when the user has a collector.
        var endpoint = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"];
        if (endpoint is not null)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
        }

        variables["OTEL_RESOURCE_ATTRIBUTES"] = new ReplicaValue(replica => $"service.instance.id={replica.Id}");
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        if (endpoint is not null && builder.Configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { } headers)
        {
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = headers;
        }

        if (development)
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        }

        variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
    }

    private static void AddPublishedUrls(EnvironmentCallbackContext context)
    {
        var endpoints = HttpEndpoints(context.Resource).ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        if (endpoints.FirstOrDefault(e => e.UriScheme == "http") is { } http)
        {
            var reference = new EndpointReference((IResourceWithEndpoints)context.Resource, http.Name);
            context.EnvironmentVariables["HTTP_PORTS"] = ReferenceExpression.Create($"{reference.Property(EndpointProperty.TargetPort)}");
        }
    }

    private static void AddUrls(EnvironmentCallbackContext context, ProjectResource project)
    {
        var endpoints = HttpEndpoints(project).ToList();
        if (endpoints.Count == 0 || context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        // There is no proxy: the process listens on the public port itself.
        context.EnvironmentVariables["ASPNETCORE_URLS"] = new ReplicaValue(replica =>
            string.Join(';', endpoints.Select(e => $"{e.UriScheme}://localhost:{e.ReplicaPorts[replica.Index]}")));
        if (endpoints.FirstOrDefault(e => e.UriScheme == "https") is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = new ReplicaValue(replica => $"{https.ReplicaPorts[replica.Index]}");
        }
    }

    private static void AddProfileVariables(EnvironmentCallbackContext context, LaunchProfile profile)
    {
        foreach (var (name, value) in profile.EnvironmentVariables)
        {
            context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
        }

        context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
    }

    private static IEnumerable<EndpointAnnotation> HttpEndpoints(IResource resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https");
}
