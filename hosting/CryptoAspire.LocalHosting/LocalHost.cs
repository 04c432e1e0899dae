using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using CryptoAspire.LocalHosting.Output;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalHosting;

/// <summary>The services of an AppHost that runs its application on this machine without containers.</summary>
internal static class LocalHost
{
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(15);

    public static void AddServices(IDistributedApplicationBuilder builder, DistributedApplicationOptions options)
    {
        var services = builder.Services;
        var data = new DataDirectory(builder.Configuration, builder.AppHostDirectory);
        var terminal = new ResourceTerminal(options.DisableDashboard);

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton(terminal);
        services.AddSingleton(builder.ExecutionContext);
        services.AddSingleton(builder.Eventing);
        services.AddSingleton(new DistributedApplicationModel(builder.Resources));
        services.AddSingleton<RunOutcome>();
        services.AddSingleton(new ResourceCommandService());
        services.AddSingleton(new ResourceNotificationService
        {
            DefaultWaitBehavior = options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable,
        });
        services.AddHealthChecks();
        services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        services.Configure<HostOptions>(o => o.ShutdownTimeout = s_shutdown);
        services.AddLogging(logging =>
        {
            logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
            logging.AddProvider(new TerminalLoggerProvider(terminal));
            // A check that fails while a process starts is no news; the states say what is.
            logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            logging.AddFilter("Npgsql", LogLevel.None);
        });

        if (builder.ExecutionContext.IsPublishMode)
        {
            services.AddHostedService<ManifestPublisher>();
            return;
        }

        services.AddSingleton(sp => new ProcessLedger(data.Processes, sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(sp => ActivatorUtilities.CreateInstance<RunContext>(sp));
        services.AddHostedService<LocalOrchestrator>();
        if (!options.DisableDashboard)
        {
            services.AddHostedService<StartUpScreen>();
        }
    }
}
