using Confluent.Kafka;
using CryptoAspire.Storage.Context;
using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Silver;
using CryptoAspire.StreamProcessor.Context;
using CryptoAspire.StreamProcessor.Health;
using CryptoAspire.StreamProcessor.Kafka;
using CryptoAspire.StreamProcessor.Retention;

namespace CryptoAspire.StreamProcessor;

internal static class Extensions
{
    // librdkafka 2.2.0
    private const int FirstWithQueueBackoff = 0x020200ff;

    /// <summary>
    /// The database. The same few statements run for every batch: prepared once a connection, they are not planned anew each time, which
    /// costs more than they do; and nothing of a session outlives a batch, so that a connection need not be reset for the next.
    /// </summary>
    public static void AddSilverDatabase(this IHostApplicationBuilder builder, string connectionName) =>
        builder.AddNpgsqlDataSource(connectionName, configureDataSourceBuilder: static database =>
        {
            database.ConnectionStringBuilder.MaxAutoPrepare = 64;
            database.ConnectionStringBuilder.AutoPrepareMinUsages = 2;
            database.ConnectionStringBuilder.NoResetOnClose = true;
        });

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
            settings.Config.CancellationDelayMaxMs = 250; // between two looks whether it is to end
            settings.DisableTracing = true; // a span for each announced candle would cost more than the announcement
        });

        var consumer = new ConsumerConfig
        {
            BootstrapServers = builder.Configuration.GetConnectionString(connectionName),
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            AutoOffsetReset = AutoOffsetReset.Error, // where to read from is the fence's word
            EnableAutoOffsetStore = false,
            SessionTimeoutMs = 6_000, // the least that Kafka allows by default: another member takes over within ten seconds
            HeartbeatIntervalMs = 1_000,
            FetchWaitMaxMs = 250,
            QueuedMaxMessagesKbytes = 4 * 1024, // for each partition: each has a queue of its own
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        if (Library.Version >= FirstWithQueueBackoff)
            consumer.Set("fetch.queue.backoff.ms", "20");
        builder.Configuration.GetSection("Aspire:Confluent:Kafka:Consumer:Config").Bind(consumer);
        builder.Services.AddSingleton(consumer);
    }

    /// <summary>Everything between Bronze and Silver.</summary>
    public static void AddSilver(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<SilverOptions>(builder.Configuration.GetSection(SilverOptions.Section));
        builder.Services.AddSingleton<Migrator>();
        builder.Services.Configure<RetentionOptions>(builder.Configuration.GetSection(RetentionOptions.Section));
        builder.Services.AddSingleton<SilverPartitions>();
        builder.Services.AddSingleton<SilverRetention>().AddSingleton<RowRetention>();
        builder.Services.AddSingleton<SilverMetrics>();
        builder.Services.AddSingleton<SilverHealth>();
        builder.Services.AddSingleton<Topics>();
        builder.Services.AddSingleton<CandleAnnouncer>();
        builder.Services.AddHealthChecks().AddCheck<SilverHealth>("silver");
        builder.Services.AddHostedService<SilverService>();
        builder.Services.AddHostedService<RetentionService>();
        builder.Services.AddSingleton<SilverSummaries>();
        builder.Services.AddHostedService<SummaryService>();
        builder.Services.AddSingleton<LedgerAudit>();
        builder.Services.AddHostedService<LedgerService>();
        builder.Services.AddSingleton<SilverReady>().AddSingleton<ContextWriter>();
        builder.Services.AddHostedService<ContextService>();
    }
}
