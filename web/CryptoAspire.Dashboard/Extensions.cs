using Confluent.Kafka;
using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Dashboard.Live;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard;

/// <summary>What the dashboard is made of.</summary>
internal static class Extensions
{
    /// <summary>The live state, what feeds it, and the hub that hands it out.</summary>
    public static void AddMarket(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddNpgsqlDataSource("crypto");
        builder.AddKafkaConsumer<string, byte[]>("kafka", kafka =>
        {
            // Assigned, not shared: the group exists in name only, and nothing is committed.
            kafka.Config.GroupId = $"dashboard-{Guid.NewGuid():n}";
            kafka.Config.EnableAutoCommit = false;
            kafka.Config.AutoOffsetReset = AutoOffsetReset.Latest;
        });
        services.AddSingleton<PriceQueries>().AddSingleton<CandleQueries>().AddSingleton<TradeQueries>().AddSingleton<MetricsQueries>();
        services.AddSingleton<MarketHistory>();
        services.AddSingleton<FeedStatus>().AddSingleton<MarketState>().AddSingleton<CandleStreams>().AddSingleton<GoldState>();
        services.AddHostedService<MarketConsumer>().AddHostedService<MarketPublisher>().AddHostedService<MarketReconciler>();
        services.AddSignalR(hub =>
        {
            hub.KeepAliveInterval = TimeSpan.FromSeconds(4);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
            hub.MaximumReceiveMessageSize = 4096;
        }).AddJsonProtocol(json => json.PayloadSerializerOptions = MarketJson.Options);
    }

    /// <summary>The pages, rendered on the server.</summary>
    public static void AddPages(this WebApplicationBuilder builder) => builder.Services.AddRazorComponents();
}
