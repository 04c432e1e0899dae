using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Schema;

namespace CryptoAspire.LocalHosting.Tests.Model;

/// <summary>The manifest is Aspire's, byte for byte (docs/aspire.md 4).</summary>
public class ManifestTests
{
    private const string Golden = """
        {
          "resources": {
            "kafka": {
              "type": "container.v0",
              "connectionString": "{kafka.bindings.tcp.host}:{kafka.bindings.tcp.port}",
              "image": "docker.io/confluentinc/confluent-local:8.2.0",
              "volumes": [
                {
                  "name": "crypto-kafka",
                  "target": "/var/lib/kafka/data",
                  "readOnly": false
                }
              ],
              "env": {
                "KAFKA_LISTENERS": "PLAINTEXT://localhost:29092,CONTROLLER://localhost:29093,PLAINTEXT_HOST://0.0.0.0:9092,PLAINTEXT_INTERNAL://0.0.0.0:9093",
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT,PLAINTEXT_INTERNAL:PLAINTEXT",
                "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://{kafka.bindings.tcp.host}:29092,PLAINTEXT_HOST://{kafka.bindings.tcp.host}:{kafka.bindings.tcp.port},PLAINTEXT_INTERNAL://{kafka.bindings.internal.host}:{kafka.bindings.internal.port}",
                "KAFKA_LOG_DIRS": "/var/lib/kafka/data"
              },
              "bindings": {
                "tcp": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 9092
                },
                "internal": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 9093
                }
              }
            },
            "postgres": {
              "type": "container.v0",
              "connectionString": "Host={postgres.bindings.tcp.host};Port={postgres.bindings.tcp.port};Username=postgres;Password={postgres-password.value}",
              "image": "docker.io/library/postgres:18.3",
              "env": {
                "POSTGRES_HOST_AUTH_METHOD": "scram-sha-256",
                "POSTGRES_INITDB_ARGS": "--auth-host=scram-sha-256 --auth-local=scram-sha-256",
                "POSTGRES_USER": "postgres",
                "POSTGRES_PASSWORD": "{postgres-password.value}"
              },
              "bindings": {
                "tcp": {
                  "scheme": "tcp",
                  "protocol": "tcp",
                  "transport": "tcp",
                  "targetPort": 5432
                }
              }
            },
            "crypto": {
              "type": "value.v0",
              "connectionString": "{postgres.connectionString};Database=crypto"
            },
            "api": {
              "type": "project.v0",
              "path": "../api/Api.csproj",
              "env": {
                "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory",
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true",
                "HTTP_PORTS": "{api.bindings.http.targetPort}",
                "ConnectionStrings__kafka": "{kafka.connectionString}",
                "KAFKA_HOST": "{kafka.bindings.tcp.host}",
                "KAFKA_PORT": "{kafka.bindings.tcp.port}",
                "ConnectionStrings__crypto": "{crypto.connectionString}",
                "CRYPTO_HOST": "{postgres.bindings.tcp.host}",
                "CRYPTO_PORT": "{postgres.bindings.tcp.port}",
                "CRYPTO_USERNAME": "postgres",
                "CRYPTO_PASSWORD": "{postgres-password.value}",
                "CRYPTO_URI": "postgresql://postgres:{postgres-password-uri-encoded.value}@{postgres.bindings.tcp.host}:{postgres.bindings.tcp.port}/crypto",
                "CRYPTO_JDBCCONNECTIONSTRING": "jdbc:postgresql://{postgres.bindings.tcp.host}:{postgres.bindings.tcp.port}/crypto",
                "CRYPTO_DATABASENAME": "crypto"
              },
              "bindings": {
                "http": {
                  "scheme": "http",
                  "protocol": "tcp",
                  "transport": "http",
                  "external": true
                },
                "https": {
                  "scheme": "https",
                  "protocol": "tcp",
                  "transport": "http",
                  "external": true
                }
              }
            },
            "consumer": {
              "type": "project.v0",
              "path": "../consumer/Consumer.csproj",
              "env": {
                "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY": "in_memory",
                "API_HTTP": "{api.bindings.http.url}",
                "services__api__http__0": "{api.bindings.http.url}",
                "API_HTTPS": "{api.bindings.https.url}",
                "services__api__https__0": "{api.bindings.https.url}"
              }
            },
            "postgres-password": {
              "type": "parameter.v0",
              "value": "{postgres-password.inputs.value}",
              "inputs": {
                "value": {
                  "type": "string",
                  "secret": true,
                  "default": {
                    "generate": {
                      "minLength": 22
                    }
                  }
                }
              }
            },
            "postgres-password-uri-encoded": {
              "type": "annotated.string",
              "value": "{postgres-password.value}",
              "filter": "uri"
            }
          }
        }
        """;

    [Theory]
    [InlineData("--operation", "publish", "--step", "publish-manifest")]
    [InlineData("--publisher", "manifest")]
    public async Task Both_invocations_write_the_manifest_of_Aspire(params string[] invocation)
    {
        using var folder = new TemporaryDirectory("manifest");
        var path = Path.Combine(folder.Path, "out", "aspire-manifest.json");
        await PublishAsync(folder, [.. invocation, "--output-path", path]);
        Assert.Equal(Golden.ReplaceLineEndings("\n"), await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Output_path_without_json_is_a_folder()
    {
        using var folder = new TemporaryDirectory("manifest");
        await PublishAsync(folder, ["--publisher", "manifest", "--output-path", Path.Combine(folder.Path, "deploy")]);
        Assert.True(File.Exists(Path.Combine(folder.Path, "deploy", "aspire-manifest.json")));
    }

    [Fact]
    public async Task Missing_output_path_is_one_clear_line()
    {
        using var folder = new TemporaryDirectory("manifest");
        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => PublishAsync(folder, ["--publisher", "manifest"]));
        Assert.Equal("The '--output-path [path]' option was not specified even though manifest publishing was requested.", error.Message);
    }

    [Fact]
    public async Task Encoded_parameter_that_is_declared_first_comes_last()
    {
        using var folder = new TemporaryDirectory("manifest");
        var path = Path.Combine(folder.Path, "m.json");
        var builder = DistributedApplicationTestingBuilder.Create("--publisher", "manifest", "--output-path", path);
        var password = builder.AddParameter("pg-password", secret: true);
        var database = builder.AddPostgres("postgres", password: password).AddDatabase("crypto");
        builder.AddExecutable("worker", "worker", folder.Path, "--verbose").WithReference(database).WithHttpEndpoint(port: 80, targetPort: 8080);
        await RunAsync(builder);

        var resources = (JObject)JObject.Parse(await File.ReadAllTextAsync(path))["resources"]!;
        Assert.Equal(["pg-password", "postgres", "crypto", "worker", "pg-password-uri-encoded"], resources.Properties().Select(p => p.Name));
        Assert.Equal("""{"type":"string","secret":true}""", resources["pg-password"]!["inputs"]!["value"]!.ToString(Newtonsoft.Json.Formatting.None));
        Assert.Equal(["type", "workingDirectory", "command", "args", "env", "bindings"], ((JObject)resources["worker"]!).Properties().Select(p => p.Name));
        Assert.Equal("""{"scheme":"http","protocol":"tcp","transport":"http","port":80,"targetPort":8080}""", resources["worker"]!["bindings"]!["http"]!.ToString(Newtonsoft.Json.Formatting.None));
    }

    [Fact]
    public async Task Excluded_resources_are_left_out_and_generated_values_say_what_differs_from_the_default()
    {
        using var folder = new TemporaryDirectory("manifest");
        var path = Path.Combine(folder.Path, "m.json");
        var builder = DistributedApplicationTestingBuilder.Create("--publisher", "manifest", "--output-path", path);
        builder.AddKafka("kafka").ExcludeFromManifest();
        builder.AddParameter("key", new GenerateParameterDefault { MinLength = 8, Special = false, MinLower = 2 }, secret: true);
        builder.AddParameter("region", "eu", publishValueAsDefault: true);
        await RunAsync(builder);

        var resources = (JObject)JObject.Parse(await File.ReadAllTextAsync(path))["resources"]!;
        Assert.Equal(["key", "region"], resources.Properties().Select(p => p.Name));
        Assert.Equal("""{"minLength":8,"special":false,"minLower":2}""", resources["key"]!["inputs"]!["value"]!["default"]!["generate"]!.ToString(Newtonsoft.Json.Formatting.None));
        Assert.Equal("""{"type":"string","default":{"value":"eu"}}""", resources["region"]!["inputs"]!["value"]!.ToString(Newtonsoft.Json.Formatting.None));
    }

    [SharedDataFact("aspire/aspire-8.0.json")]
    public void Golden_manifest_is_valid_by_the_schema_and_a_damaged_one_is_not()
    {
        var schema = JSchema.Parse(File.ReadAllText(SharedData.File("aspire/aspire-8.0.json")));
        Assert.True(JObject.Parse(Golden).IsValid(schema, out IList<string> mistakes), string.Join('\n', mistakes));
        Assert.False(JObject.Parse(Golden.Replace("\"protocol\": \"tcp\"", "\"protocol\": \"pigeon\"", StringComparison.Ordinal)).IsValid(schema));
    }

    [SharedDataFact("aspire/kafka-sample-manifest.json")]
    public async Task Aspires_own_Kafka_sample_gives_the_same_manifest()
    {
        using var folder = new TemporaryDirectory("manifest");
        var path = Path.Combine(folder.Path, "KafkaBasic.AppHost", "aspire-manifest.json");
        var builder = DistributedApplicationTestingBuilder.Create("--publisher", "manifest", "--output-path", path);
        var kafka = builder.AddKafka("kafka");
        kafka.Resource.Annotations.OfType<ContainerImageAnnotation>().Single().Tag = "8.1.1"; // the sample is older
        builder.AddProject("producer", ProjectFile(folder, "Producer", null)).WithReference(kafka).WithArgs(kafka.Resource.Name);
        builder.AddProject("consumer", ProjectFile(folder, "Consumer", null)).WithReference(kafka).WithArgs(kafka.Resource.Name);
        builder.AddKafka("kafka2").Resource.Annotations.OfType<ContainerImageAnnotation>().Single().Tag = "8.1.1";
        await RunAsync(builder);
        Assert.Equal(
            (await File.ReadAllTextAsync(SharedData.File("aspire/kafka-sample-manifest.json"))).ReplaceLineEndings("\n").TrimEnd(),
            await File.ReadAllTextAsync(path));
    }

    private static async Task PublishAsync(TemporaryDirectory folder, string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args);
        var kafka = builder.AddKafka("kafka").WithDataVolume("crypto-kafka");
        var crypto = builder.AddPostgres("postgres").AddDatabase("crypto");
        var api = builder.AddProject("api", ProjectFile(folder, "api", "http://localhost:8000"))
            .WithExternalHttpEndpoints().WithHttpHealthCheck("/health").WithReplicas(2)
            .WithReference(kafka).WaitFor(kafka).WithReference(crypto).WaitFor(crypto);
        builder.AddProject("consumer", ProjectFile(folder, "consumer", null)).WithReference(api).WithExplicitStart();
        await RunAsync(builder);
    }

    private static async Task RunAsync(IDistributedApplicationTestingBuilder builder)
    {
        await using var app = await builder.BuildAsync();
        await app.StartAsync();
    }

    private static string ProjectFile(TemporaryDirectory folder, string name, string? url)
    {
        var properties = Directory.CreateDirectory(Path.Combine(folder.Path, name, "Properties")).FullName;
        if (url is not null)
        {
            File.WriteAllText(Path.Combine(properties, "launchSettings.json"), $$$$"""{"profiles":{"http":{"commandName":"Project","applicationUrl":"{{{{url}}}}"}}}""");
        }

        return Path.Combine(folder.Path, name, $"{char.ToUpperInvariant(name[0])}{name[1..]}.csproj");
    }
}
