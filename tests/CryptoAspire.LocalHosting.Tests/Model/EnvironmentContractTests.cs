using CryptoAspire.LocalHosting.Ports;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Tests.Model;

/// <summary>What the services get is Aspire's contract to the letter (docs/aspire.md 2).</summary>
public class EnvironmentContractTests
{
    private readonly IDistributedApplicationTestingBuilder _builder = DistributedApplicationTestingBuilder.Create("--Parameters:postgres-password=p w+");

    [Fact]
    public async Task Kafka_reference_injects_connection_string_host_and_port()
    {
        var kafka = _builder.AddKafka("kafka");
        var variables = await VariablesAsync(_builder.AddExecutable("worker", "sh", ".").WithReference(kafka));
        var port = kafka.Resource.PrimaryEndpoint.Port;
        Assert.Equal(
            [new("ConnectionStrings__kafka", $"localhost:{port}"), new("KAFKA_HOST", "localhost"), new("KAFKA_PORT", $"{port}")],
            variables);
    }

    [Fact]
    public async Task Database_reference_injects_its_parts_in_the_order_of_Aspire()
    {
        var database = _builder.AddPostgres("postgres").AddDatabase("crypto");
        var variables = await VariablesAsync(_builder.AddExecutable("worker", "sh", ".").WithReference(database));
        var port = database.Resource.Parent.PrimaryEndpoint.Port;
        KeyValuePair<string, string>[] expected =
        [
            new("ConnectionStrings__crypto", $"Host=localhost;Port={port};Username=postgres;Password=p w+;Database=crypto"),
            new("CRYPTO_HOST", "localhost"),
            new("CRYPTO_PORT", $"{port}"),
            new("CRYPTO_USERNAME", "postgres"),
            new("CRYPTO_PASSWORD", "p w+"),
            new("CRYPTO_URI", $"postgresql://postgres:p%20w%2B@localhost:{port}/crypto"),
            new("CRYPTO_JDBCCONNECTIONSTRING", $"jdbc:postgresql://localhost:{port}/crypto"),
            new("CRYPTO_DATABASENAME", "crypto"),
        ];
        Assert.Equal(expected, variables);
    }

    [Fact]
    public async Task Connection_name_is_encoded_in_the_parts_only()
    {
        var variables = await VariablesAsync(_builder.AddExecutable("worker", "sh", ".").WithReference(_builder.AddKafka("kafka"), connectionName: "9-bus"));
        Assert.Equal(["ConnectionStrings__9-bus", "_9_BUS_HOST", "_9_BUS_PORT"], variables.Keys);
    }

    [Fact]
    public async Task Service_reference_injects_every_endpoint_for_discovery()
    {
        var api = _builder.AddProject<Projects.SampleService>("project-a", launchProfileName: null).WithHttpEndpoint().WithHttpEndpoint(name: "mybinding");
        var variables = await VariablesAsync(_builder.AddExecutable("worker", "sh", ".").WithReference(api).WithReference(api, "custom-name"));
        var (http, named) = (api.GetEndpoint("http").Url, api.GetEndpoint("mybinding").Url);
        Assert.Equal(
            [
                new("PROJECT_A_HTTP", http), new("services__project-a__http__0", http),
                new("PROJECT_A_MYBINDING", named), new("services__project-a__mybinding__0", named),
                new("custom_name_HTTP", http), new("services__custom-name__http__0", http),
                new("custom_name_MYBINDING", named), new("services__custom-name__mybinding__0", named),
            ],
            variables);
    }

    [Fact]
    public async Task Replicas_of_a_service_are_all_found()
    {
        var api = _builder.AddProject<Projects.SampleService>("api").WithReplicas(3);
        var variables = await VariablesAsync(_builder.AddExecutable("worker", "sh", ".").WithReference(api));
        Assert.Equal(4, variables.Count);
        var urls = Enumerable.Range(0, 3).Select(i => variables[$"services__api__http__{i}"]).ToList();
        Assert.Equal(3, urls.Distinct().Count());
        Assert.Equal(urls[0], variables["API_HTTP"]);

        var own = await ResourceEnvironment.VariablesAsync(api.Resource, new Replica(2, "api-3"), _builder.ExecutionContext, default);
        Assert.Equal(urls[2], own["ASPNETCORE_URLS"]);
        Assert.Equal("service.instance.id=api-3", own["OTEL_RESOURCE_ATTRIBUTES"]);
    }

    [Fact]
    public async Task Project_gets_telemetry_settings_its_urls_and_its_profile_in_order()
    {
        var api = _builder.AddProject<Projects.SampleService>("api").WithEnvironment("FROM_PROFILE", "overridden").WithEnvironment("OWN", "1");
        var variables = await VariablesAsync(api);
        Assert.Equal(
            [
                "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY=in_memory",
                "OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION=true",
                "OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION=true",
                "OTEL_RESOURCE_ATTRIBUTES=service.instance.id=api",
                "OTEL_SERVICE_NAME=api",
                "OTEL_BLRP_SCHEDULE_DELAY=1000",
                "OTEL_BSP_SCHEDULE_DELAY=1000",
                "OTEL_METRIC_EXPORT_INTERVAL=1000",
                "OTEL_TRACES_SAMPLER=always_on",
                "OTEL_METRICS_EXEMPLAR_FILTER=trace_based",
                "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true",
                "DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION=true",
                "LOGGING__CONSOLE__FORMATTERNAME=simple",
                $"ASPNETCORE_URLS={api.GetEndpoint("http").Url}",
                "ASPNETCORE_ENVIRONMENT=Development",
                "FROM_PROFILE=overridden",
                "DOTNET_LAUNCH_PROFILE=http",
                "OWN=1",
            ],
            variables.Select(v => $"{v.Key}={v.Value}"));
    }

    [Fact]
    public async Task Collector_address_is_passed_on_only_when_the_user_has_one()
    {
        var builder = DistributedApplicationTestingBuilder.Create("--OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4317", "--OTEL_EXPORTER_OTLP_HEADERS=x=1");
        var api = builder.AddProject<Projects.SampleService>("api");
        var names = (await VariablesAsync(api, builder)).Where(v => v.Key.StartsWith("OTEL_EXPORTER", StringComparison.Ordinal));
        Assert.Equal(
            [new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), new("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), new("OTEL_EXPORTER_OTLP_HEADERS", "x=1")],
            names);
    }

    [Fact]
    public async Task Environment_is_worked_out_anew_and_the_same_at_every_start()
    {
        var api = _builder.AddProject<Projects.SampleService>("api").WithReference(_builder.AddKafka("kafka"));
        var again = _builder.AddExecutable("worker", "sh", ".").WithReference(api);
        Assert.Equal(await VariablesAsync(again), await VariablesAsync(again));
        Assert.Equal(await VariablesAsync(api), await VariablesAsync(api));
    }

    [Fact]
    public async Task Endpoint_tells_the_process_its_port_through_the_named_variable()
    {
        var worker = _builder.AddExecutable("worker", "sh", ".").WithHttpEndpoint(env: "PORT");
        var variables = await VariablesAsync(worker);
        Assert.Equal($"{worker.GetEndpoint("http").Port}", variables["PORT"]);
    }

    [Fact]
    public void Named_launch_profile_is_taken_and_an_unknown_one_is_an_error()
    {
        var https = _builder.AddProject<Projects.SampleService>("a", launchProfileName: "https");
        Assert.Equal(["https", "http"], https.Resource.Annotations.OfType<EndpointAnnotation>().Select(e => e.Name));
        Assert.Throws<DistributedApplicationException>(() => _builder.AddProject<Projects.SampleService>("b", launchProfileName: "nothing"));
    }

    private Task<IReadOnlyDictionary<string, string>> VariablesAsync<T>(IResourceBuilder<T> resource) where T : IResource => VariablesAsync(resource, _builder);

    private static Task<IReadOnlyDictionary<string, string>> VariablesAsync<T>(IResourceBuilder<T> resource, IDistributedApplicationBuilder builder) where T : IResource
    {
        if (builder.Resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>()).Any(e => e.AllocatedEndpoint is null))
        {
            new PortAllocator(builder.Configuration).Allocate(builder.Resources);
        }

        return ResourceEnvironment.VariablesAsync(resource.Resource, new Replica(0, resource.Resource.Name), builder.ExecutionContext, default);
    }
}
