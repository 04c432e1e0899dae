using System.Data.Common;
using Aspire.Npgsql;
using CryptoAspire.ServiceDefaults.Npgsql;
using CryptoAspire.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Microsoft.Extensions.Hosting;

/// <summary>PostgreSQL data sources, under the names and with the configuration of the package Aspire.Npgsql.</summary>
public static class AspirePostgreSqlNpgsqlExtensions
{
    private const string Section = "Aspire:Npgsql";

    /// <summary>
    /// Registers a singleton <see cref="NpgsqlDataSource"/> on <c>ConnectionStrings:{connectionName}</c> (also as
    /// <see cref="DbDataSource"/>, with <see cref="NpgsqlConnection"/> from it), the health check <c>PostgreSql</c>, traces and
    /// metrics. A missing connection string is an error on first use.
    /// </summary>
    public static void AddNpgsqlDataSource(this IHostApplicationBuilder builder, string connectionName,
        Action<NpgsqlSettings>? configureSettings = null, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        builder.Add(connectionName, serviceKey: null, configureSettings, configureDataSourceBuilder);

    /// <summary>The same as a keyed service; the health check is <c>PostgreSql_{name}</c>.</summary>
    public static void AddKeyedNpgsqlDataSource(this IHostApplicationBuilder builder, string name,
        Action<NpgsqlSettings>? configureSettings = null, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        builder.Add(name, serviceKey: name, configureSettings, configureDataSourceBuilder);

    private static void Add(this IHostApplicationBuilder builder, string connectionName, string? serviceKey,
        Action<NpgsqlSettings>? configureSettings, Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = new NpgsqlSettings();
        builder.Configuration.GetSection(Section).Bind(settings);
        builder.Configuration.GetSection($"{Section}:{connectionName}").Bind(settings);
        if (builder.Configuration.GetConnectionString(connectionName) is { Length: > 0 } connectionString) settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);

        NpgsqlDataSource Build(IServiceProvider services)
        {
            if (string.IsNullOrWhiteSpace(settings.ConnectionString))
                throw new InvalidOperationException(
                    $"ConnectionString is missing. It should be provided in 'ConnectionStrings:{connectionName}' or under the 'ConnectionString' key in '{Section}' or '{Section}:{connectionName}' configuration section.");
            var dataSource = new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(services.GetService<ILoggerFactory>());
            // Npgsql's activity source always exists; without tracing its commands are not recorded.
            if (settings.DisableTracing) dataSource.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false).ConfigureBatchFilter(_ => false));
            dataSource.Name ??= connectionName;
            configureDataSourceBuilder?.Invoke(dataSource);
            return dataSource.Build();
        }

        if (serviceKey is null)
        {
            builder.Services.TryAddSingleton(Build);
            builder.Services.TryAddSingleton<DbDataSource>(services => services.GetRequiredService<NpgsqlDataSource>());
            builder.Services.TryAddTransient(services => services.GetRequiredService<NpgsqlDataSource>().CreateConnection());
        }
        else
        {
            builder.Services.TryAddKeyedSingleton<NpgsqlDataSource>(serviceKey, (services, _) => Build(services));
            builder.Services.TryAddKeyedSingleton<DbDataSource>(serviceKey, (services, key) => services.GetRequiredKeyedService<NpgsqlDataSource>(key));
            builder.Services.TryAddKeyedTransient(serviceKey, (services, key) => services.GetRequiredKeyedService<NpgsqlDataSource>(key).CreateConnection());
        }
        builder.Services.Configure<TelemetryExclusions>(telemetry => telemetry.Meter("Npgsql", settings.DisableMetrics));
        if (!settings.DisableHealthChecks)
            builder.TryAddHealthCheck(serviceKey is null ? "PostgreSql" : $"PostgreSql_{connectionName}", services => new NpgsqlHealthCheck(() =>
                serviceKey is null ? services.GetRequiredService<NpgsqlDataSource>() : services.GetRequiredKeyedService<NpgsqlDataSource>(serviceKey)));
    }
}
