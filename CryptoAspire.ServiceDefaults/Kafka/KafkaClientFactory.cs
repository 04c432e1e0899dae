using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>Builds clients: native library first, then logs and statistics, then the caller's own touches, then tracing.</summary>
internal static partial class KafkaClientFactory
{
    private const string LogCategory = "Aspire.Confluent.Kafka";

    public static void AddSharedServices(IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<KafkaMetrics>();
        services.TryAddSingleton<KafkaHealthProbes>();
    }

    public static IProducer<TKey, TValue> CreateProducer<TKey, TValue>(IServiceProvider services, KafkaProducerSettings settings,
        Action<IServiceProvider, ProducerBuilder<TKey, TValue>>? configure)
    {
        var logger = Prepare(services);
        var builder = new ProducerBuilder<TKey, TValue>(settings.Config);
        configure?.Invoke(services, builder);
        UnlessAlreadySet(() => builder.SetLogHandler((_, message) => Log(logger, message)));
        UnlessAlreadySet(() => builder.SetErrorHandler((_, error) => LogError(logger, error.Code, error.Reason)));
        if (!settings.DisableMetrics)
        {
            var metrics = services.GetRequiredService<KafkaMetrics>();
            UnlessAlreadySet(() => builder.SetStatisticsHandler((_, json) => metrics.Update(json)));
        }
        var producer = builder.Build();
        return settings.DisableTracing ? producer : new TracingProducer<TKey, TValue>(producer);
    }

    public static IConsumer<TKey, TValue> CreateConsumer<TKey, TValue>(IServiceProvider services, KafkaConsumerSettings settings,
        Action<IServiceProvider, ConsumerBuilder<TKey, TValue>>? configure)
    {
        var logger = Prepare(services);
        var builder = new ConsumerBuilder<TKey, TValue>(settings.Config);
        configure?.Invoke(services, builder);
        UnlessAlreadySet(() => builder.SetLogHandler((_, message) => Log(logger, message)));
        UnlessAlreadySet(() => builder.SetErrorHandler((_, error) => LogError(logger, error.Code, error.Reason)));
        if (!settings.DisableMetrics)
        {
            var metrics = services.GetRequiredService<KafkaMetrics>();
            UnlessAlreadySet(() => builder.SetStatisticsHandler((_, json) => metrics.Update(json)));
        }
        var consumer = builder.Build();
        return settings.DisableTracing ? consumer : new TracingConsumer<TKey, TValue>(consumer, settings.Config.GroupId);
    }

    private static ILogger Prepare(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
        KafkaNativeLibrary.Initialize(logger);
        return logger;
    }

    // Confluent's builders take each handler once and do not tell whether it is there: the caller's own stays.
    private static void UnlessAlreadySet(Action set)
    {
        try
        {
            set();
        }
        catch (InvalidOperationException)
        {
        }
    }

    private static void Log(ILogger logger, LogMessage message)
    {
        var level = message.Level switch
        {
            SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical => LogLevel.Critical,
            SyslogLevel.Error => LogLevel.Error,
            SyslogLevel.Warning => LogLevel.Warning,
            SyslogLevel.Notice or SyslogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug
        };
        LogMessage(logger, level, message.Name, message.Facility, message.Message);
    }

    [LoggerMessage(Message = "{Client} {Facility}: {Text}")]
    private static partial void LogMessage(ILogger logger, LogLevel level, string client, string facility, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Code}: {Reason}")]
    private static partial void LogError(ILogger logger, ErrorCode code, string reason);
}
