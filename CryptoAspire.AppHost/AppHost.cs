using CryptoAspire.AppHost;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

// What the user has set, checked before anything starts.
var (settings, mistake) = Settings.Read(builder.Configuration);
if (settings is null)
{
    Console.Error.WriteLine(mistake);
    Environment.ExitCode = 1;
    return;
}

// Ports are a matter of this machine; a deployment has its own.
int? Port(string name, int usual) => builder.ExecutionContext.IsRunMode ? settings.Port(name) ?? usual : null;

// --- Parameters ---------------------------------------------------------------------------------------------------------
var postgresPassword = builder.AddParameter("postgres-password", new GenerateParameterDefault { MinLength = 22 }, secret: true, persist: true);
var apiKey = builder.AddParameter("api-key", new GenerateParameterDefault { MinLength = 32 }, secret: true, persist: true);

// --- Infrastructure: Bronze (Kafka), Silver and Gold (PostgreSQL) ---------------------------------------------------------
var kafka = builder.AddKafka("kafka", Port("Kafka", 9092))
    .WithDataVolume("cryptoaspire-kafka");

var crypto = builder.AddPostgres("postgres", password: postgresPassword, port: Port("Postgres", 5433))
    .WithDataVolume("cryptoaspire-postgres")
    .AddDatabase("crypto");

// --- Ingest ---------------------------------------------------------------------------------------------------------------
// Speaks the exchanges' protocols, from a synthetic market or a recorded one.
var simulator = builder.AddProject<Projects.CryptoAspire_MarketSimulator>("marketsimulator")
    .WithHttpHealthCheck("/health")
    .WithEnvironment(settings.AddFeeds);

var producer = builder.AddProject<Projects.CryptoAspire_Producer>("producer")
    .WithHttpHealthCheck("/health")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(crypto) // tracked symbols and the feeds' state; it does without while that is away
    .WithReference(simulator) // asked until it answers
    .WithEnvironment("MALLOC_ARENA_MAX", "2") // glibc's heaps of each thread, many with librdkafka's, would grow for hours
    .WithEnvironment(settings.AddFeeds)
    .WithEnvironment(settings.AddFeedKeys);

if (!settings.NeedsSimulator)
{
    simulator.WithExplicitStart(); // only the exchanges are asked for
}

// --- Commit: Bronze to Silver and candles ---------------------------------------------------------------------------------
var processor = builder.AddProject<Projects.CryptoAspire_StreamProcessor>("streamprocessor")
    .WithHttpHealthCheck("/health")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(crypto).WaitFor(crypto)
    .WithEnvironment(settings.AddFeeds)
    .WithReplicas(settings.StreamProcessorReplicas);

// --- Roll: Silver to Gold -------------------------------------------------------------------------------------------------
builder.AddProject<Projects.CryptoAspire_AggregationScheduler>("aggregationscheduler")
    .WithHttpHealthCheck("/health")
    .WithReference(crypto).WaitFor(crypto)
    .WaitFor(processor) // it owns the migrations
    .WithEnvironment(settings.AddFeeds);

// --- Serve ----------------------------------------------------------------------------------------------------------------
var api = builder.AddProject<Projects.CryptoAspire_Api>("api")
    .WithEndpoint("http", endpoint => endpoint.Port = Port("Api", 8000))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(crypto).WaitFor(crypto) // not for the processor: it answers 503 until the tables are there
    .WithEnvironment("Api__Key", apiKey) // for requests that change something
    .WithEnvironment(settings.AddFeeds);

builder.AddProject<Projects.CryptoAspire_Dashboard>("dashboard")
    .WithEndpoint("http", endpoint => endpoint.Port = Port("Dashboard", 8080))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(crypto).WaitFor(crypto)
    .WithReference(api)
    .WithEnvironment(settings.AddFeeds); // live prices come from Kafka: it waits for nobody else

builder.Build().Run();
