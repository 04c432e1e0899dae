using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using CryptoAspire.ServiceDefaults.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Kafka producers, under the names and with the configuration of the package Aspire.Confluent.Kafka.</summary>
public static class AspireKafkaProducerExtensions
{
    private const string Section = "Aspire:Confluent:Kafka:Producer";

    /// <summary>
    /// Registers a singleton <see cref="IProducer{TKey, TValue}"/> on <c>ConnectionStrings:{connectionName}</c>, the health
    /// check <c>Aspire.Confluent.Kafka.Producer</c>, traces and metrics. Settings are validated on first use.
    /// </summary>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName) =>
        builder.Add<TKey, TValue>(connectionName, null, null, null);

    /// <inheritdoc cref="AddKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<KafkaProducerSettings>? configureSettings) =>
        builder.Add<TKey, TValue>(connectionName, null, configureSettings, null);

    /// <inheritdoc cref="AddKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(connectionName, null, null, Ignoring(configureBuilder));

    /// <inheritdoc cref="AddKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(connectionName, null, null, configureBuilder);

    /// <inheritdoc cref="AddKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName,
        Action<KafkaProducerSettings>? configureSettings, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(connectionName, null, configureSettings, Ignoring(configureBuilder));

    /// <inheritdoc cref="AddKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName,
        Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(connectionName, null, configureSettings, configureBuilder);

    /// <summary>The same as a keyed service; the health check is <c>Aspire.Confluent.Kafka.Producer_{name}</c>.</summary>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name) =>
        builder.Add<TKey, TValue>(name, name, null, null);

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name, Action<KafkaProducerSettings>? configureSettings) =>
        builder.Add<TKey, TValue>(name, name, configureSettings, null);

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(name, name, null, Ignoring(configureBuilder));

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(name, name, null, configureBuilder);

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name,
        Action<KafkaProducerSettings>? configureSettings, Action<ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(name, name, configureSettings, Ignoring(configureBuilder));

    /// <inheritdoc cref="AddKeyedKafkaProducer{TKey, TValue}(IHostApplicationBuilder, string)"/>
    public static void AddKeyedKafkaProducer<TKey, TValue>(this IHostApplicationBuilder builder, string name,
        Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder) =>
        builder.Add(name, name, configureSettings, configureBuilder);

    private static Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? Ignoring<TKey, TValue>(Action<ProducerBuilder<TKey, TValue>>? configure) =>
        configure is null ? null : (_, client) => configure(client);

    private static void Add<TKey, TValue>(this IHostApplicationBuilder builder, string connectionName, string? serviceKey,
        Action<KafkaProducerSettings>? configureSettings, Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configureBuilder)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = new KafkaProducerSettings();
        builder.Configuration.GetSection(Section).Bind(settings);
        builder.Configuration.GetSection($"{Section}:{connectionName}").Bind(settings);
        if (builder.Configuration.GetConnectionString(connectionName) is { Length: > 0 } connectionString) settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);
        if (settings.ConnectionString is not null) settings.Config.BootstrapServers = settings.ConnectionString;
        if (!settings.DisableMetrics) settings.Config.StatisticsIntervalMs ??= 1000;

        IProducer<TKey, TValue> Build(IServiceProvider services)
        {
            settings.Validate();
            return KafkaClientFactory.CreateProducer(services, settings, configureBuilder);
        }

        KafkaClientFactory.AddSharedServices(builder.Services);
        if (serviceKey is null) builder.Services.AddSingleton(Build);
        else builder.Services.AddKeyedSingleton(serviceKey, (services, _) => Build(services));
        if (!settings.DisableHealthChecks)
            builder.TryAddHealthCheck("Aspire.Confluent.Kafka.Producer" + (serviceKey is null ? "" : $"_{connectionName}"), services => new KafkaHealthCheck(services.GetRequiredService<KafkaHealthProbes>(), settings.Config));
    }
}
