using Confluent.Kafka;
using CryptoAspire.Producer.Capture;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.History;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;
using CryptoAspire.ServiceDefaults.Http;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.History;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace CryptoAspire.Producer;

internal static class Extensions
{
    /// <exception cref="SettingException">Nobody said where Kafka is.</exception>
    public static void AddKafka(this WebApplicationBuilder builder)
    {
        const string connection = "kafka";
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(connection))) throw new SettingException($"ConnectionStrings:{connection}", "", "host:port of the broker");
        builder.AddKafkaProducer<byte[], byte[]>(connection, settings => KafkaWriter.Configure(settings.Config));
        builder.AddKafkaConsumer<byte[], byte[]>(connection, settings =>
        {
            // Used once, at start. The group is required by the client; the reader assigns partitions itself and commits nothing.
            settings.Config.GroupId = "producer-recovery";
            settings.Config.EnableAutoCommit = false;
            settings.DisableHealthChecks = settings.DisableMetrics = settings.DisableTracing = true;
        });
        builder.Services.AddSingleton<BronzeTopics>();
        builder.Services.AddSingleton(services => new BronzeTail(services.GetRequiredService<IConsumer<byte[], byte[]>>, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<BronzeTail>>()));
        builder.Services.AddSingleton<OutboundQueue>();
        builder.Services.AddSingleton<KafkaWriter>();
    }

    /// <exception cref="SettingException">A setting has an impossible value.</exception>
    public static void AddFeeds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(FeedSettings.From(builder.Configuration));
        builder.Services.TryAddSingleton(TimeProvider.System);
        foreach (var venue in VenueCatalog.Names.Append(FeedService.HttpClientName)) builder.AddVenueClient(venue);
        builder.Services.AddSingleton(services => new FeedModeResolver(services.GetRequiredService<IHttpClientFactory>().CreateClient(FeedService.HttpClientName),
            services.GetRequiredService<FeedSettings>(), services.GetRequiredService<TimeProvider>()));
        builder.AddFeedTables();
        if (CaptureSettings.From(builder.Configuration) is { } capture)
        {
            builder.Services.AddSingleton(capture).AddSingleton<RawCapture>();
            builder.Services.AddHostedService(services => services.GetRequiredService<RawCapture>());
        }
        builder.Services.AddSingleton<FeedBoard>();
        builder.Services.AddHealthChecks().AddCheck<FeedHealthCheck>("feeds");
        builder.Services.AddSingleton<FeedMetrics>();
        builder.Services.AddHostedService<FeedService>();
    }

    /// <summary>With a database: the table of tracked symbols is followed, the feeds' state is written, the venues' budgets are shared. Without: none of that.</summary>
    private static void AddFeedTables(this WebApplicationBuilder builder)
    {
        const string connection = "crypto";
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(connection)))
        {
            builder.Services.TryAddSingleton<ITrackedSymbols>(services => new FixedSymbols(services.GetRequiredService<FeedSettings>().Coins));
            return;
        }
        builder.AddNpgsqlDataSource(
            connection,
            settings => settings.DisableHealthChecks = true, // the feeds go on without it
            static database => database.ConnectionStringBuilder.NoResetOnClose = true);
        builder.Services.AddSingleton<TrackedSymbols>().AddSingleton<FeedStates>().AddSingleton<RequestBudgets>().AddSingleton<VenueCandles>().AddSingleton<RepairRequests>().AddSingleton<FeedTables>();
        builder.Services.AddSingleton(services => new HistoryWork(services.GetRequiredService<Npgsql.NpgsqlDataSource>(), HistoryFiller.Lease));
        builder.Services.AddSingleton<ISharedBudget, TableBudget>();
        builder.Services.AddSingleton<TableSymbols>();
        builder.Services.AddSingleton<ITrackedSymbols>(services => services.GetRequiredService<TableSymbols>());
        builder.Services.AddHostedService(services => services.GetRequiredService<TableSymbols>());
        builder.Services.AddHostedService<FeedStateWriter>();
    }

    /// <summary>
    /// A client of its own for each venue, so that one that is down opens its own circuit: half of six requests in half a minute failed, none for five seconds,
    /// then a single one to see.
    /// </summary>
    private static void AddVenueClient(this WebApplicationBuilder builder, string venue)
    {
        builder.Services.AddHttpClient(venue, client =>
        {
            client.Timeout = TimeSpan.FromSeconds(10);
            client.DefaultRequestHeaders.UserAgent.ParseAdd("CryptoAspire/1.0");   // Coinbase refuses requests without one
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            // The feeds' own loops decide when to try again, and the question which exchange answers must not wait for retries.
            .WithoutResilience()
            .AddResilienceHandler("venue", pipeline => pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 6,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
            }));
    }

    /// <summary><c>GET /feeds</c>: the mode and how every venue's feed fares.</summary>
    public static void MapFeeds(this WebApplication app) => app.MapGet("/feeds", (FeedBoard board, FeedSettings settings, OutboundQueue queue, KafkaWriter writer) => new
    {
        configuredMode = Name(settings.Mode),
        mode = board.Plan is { } plan ? Name(plan.Mode) : null,
        reason = board.Plan?.Reason,
        sourceSuffix = board.Plan?.SourceSuffix,
        venues = board.Feeds,
        queue = new { queue.Count, OutboundQueue.Capacity, queue.Waits },
        kafka = new { writer.Delivered, writer.InFlight, writer.Failed, writer.Pauses },
    });

    private static string Name(FeedMode mode) => mode.ToString().ToLowerInvariant();
}
