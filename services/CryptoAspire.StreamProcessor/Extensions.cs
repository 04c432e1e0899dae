using Confluent.Kafka;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Health;
using CryptoAspire.StreamProcessor.Kafka;

namespace CryptoAspire.StreamProcessor;

internal static class Extensions
{
    /// <summary>The clients of Kafka: one that announces and administers, and the settings of the consumers that the service builds.</summary>
    /// <remarks>
    /// The consumer is not registered as a client of its own: when the group has fenced it, another is built in its place, which a
    /// singleton cannot be.
    /// </remarks>
    public static void AddKafka(this IHostApplicationBuilder builder, string connectionName)
    {
        builder.AddKafkaProducer<byte[], byte[]>(connectionName, static settings =>
        {
            settings.Config.LingerMs = 2;
            settings.DisableTracing = true; // a span for each announced candle would cost more than the announcement
        });
        builder.Services.AddSingleton(static services => new DependentAdminClientBuilder(services.GetRequiredService<IProducer<byte[], byte[]>>().Handle).Build());

        var consumer = new ConsumerConfig
        {
            BootstrapServers = builder.Configuration.GetConnectionString(connectionName),
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            AutoOffsetReset = AutoOffsetReset.Error, // where to read from is the fence's word
            EnableAutoOffsetStore = false,
            SessionTimeoutMs = 8_000,
            HeartbeatIntervalMs = 1_000,
            FetchWaitMaxMs = 100,
            QueuedMaxMessagesKbytes = 16 * 1024,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        builder.Configuration.GetSection("Aspire:Confluent:Kafka:Consumer:Config").Bind(consumer);
        builder.Services.AddSingleton(consumer);
    }

    /// <summary>Everything between Bronze and Silver.</summary>
    public static void AddSilver(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<SilverOptions>(builder.Configuration.GetSection(SilverOptions.Section));
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<SilverPartitions>();
        builder.Services.AddSingleton<SilverMetrics>();
        builder.Services.AddSingleton<SilverHealth>();
        builder.Services.AddSingleton<Topics>();
        builder.Services.AddSingleton<CandleAnnouncer>();
        builder.Services.AddHealthChecks().AddCheck<SilverHealth>("silver");
        builder.Services.AddHostedService<SilverService>();
    }
}
