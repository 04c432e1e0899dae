using Confluent.Kafka;
using CryptoAspire.Dashboard.Cold;
using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Dashboard.Live;
using CryptoAspire.Dashboard.Steering;
using CryptoAspire.Market;
using CryptoAspire.Storage.Context;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Reconciliation;
using Radzen;

namespace CryptoAspire.Dashboard;

/// <summary>What the dashboard is made of.</summary>
internal static class Extensions
{
    /// <summary>The live state, what feeds it, and the hub that hands it out.</summary>
    public static void AddMarket(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddNpgsqlDataSource("crypto", configureDataSourceBuilder: static database => database.ConnectionStringBuilder.NoResetOnClose = true);
        builder.AddKafkaConsumer<string, byte[]>("kafka", kafka =>
        {
            // Assigned, not shared: the group exists in name only, and nothing is committed.
            kafka.Config.GroupId = $"dashboard-{Guid.NewGuid():n}";
            kafka.Config.EnableAutoCommit = false;
            kafka.Config.AutoOffsetReset = AutoOffsetReset.Latest;
            kafka.Config.FetchWaitMaxMs = 1_000;
        });
        services.AddSingleton<PriceQueries>().AddSingleton<CandleQueries>().AddSingleton<TradeQueries>().AddSingleton<MetricsQueries>();
        services.AddSingleton<MarketHistory>();
        services.AddSingleton<Audience>().AddSingleton<FeedStatus>().AddSingleton<TopicEnds>().AddSingleton<MarketState>().AddSingleton<CandleStreams>().AddSingleton<GoldState>();
        services.AddSingleton<MarketPublisher>().AddHostedService(static all => all.GetRequiredService<MarketPublisher>());
        services.AddHostedService<MarketConsumer>().AddHostedService<MarketReconciler>();
        services.AddSignalR().AddHubOptions<MarketHub>(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(4);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
            hub.MaximumReceiveMessageSize = 4096;
        }).AddJsonProtocol(json => json.PayloadSerializerOptions = MarketJson.Options);
    }

    /// <summary>The pages, rendered on the server; their cold tables live in circuits, whose number and memory are bounded.</summary>
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PipelineQueries>().AddSingleton<OperationsQueries>().AddSingleton<JobQueries>();
        builder.Services.AddSingleton<QualityQueries>().AddSingleton<ReconciliationQueries>().AddSingleton<SignalQueries>();
        builder.Services.AddSingleton<FeedStates>().AddSingleton<TrackedSymbols>().AddSingleton<ContextQueries>().AddSingleton<ColdViews>();
        builder.Services.AddRadzenComponents();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 100;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
            circuits.PersistedCircuitInMemoryMaxRetained = 0; // a page that comes back later reads everything anew
            circuits.MaxBufferedUnacknowledgedRenderBatches = 5;
            circuits.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(10);
        });

        // A page has two sockets at most, its hub's and its circuit's.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxConcurrentUpgradedConnections = 4000);
    }

    /// <summary>What changes something: goes to the API with the key of whoever is at the browser.</summary>
    public static void AddSteering(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(SteeringClient.Name, static http =>
        {
            http.BaseAddress = new Uri("http://api");
            http.MaxResponseContentBufferSize = SteeringClient.LongestAnswer;
        }).RedactLoggedHeaders(static _ => true);
        builder.Services.AddSingleton<SteeringClient>().AddScoped<SteeringSession>();
    }
}
