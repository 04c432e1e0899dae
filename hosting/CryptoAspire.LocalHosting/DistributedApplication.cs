using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>A described application, to be run or published.</summary>
public class DistributedApplication(IHost host) : IHost, IAsyncDisposable
{
    /// <inheritdoc />
    public IServiceProvider Services => host.Services;

    /// <summary>The states of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Starts and stops single resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Starts the description of an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <inheritdoc cref="CreateBuilder()" />
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <inheritdoc cref="CreateBuilder()" />
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) => new DistributedApplicationBuilder(options);

    /// <summary>Runs until Ctrl+C or SIGTERM, or publishes.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run" />
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        // Asked for now: running disposes the services.
        var outcome = Services.GetRequiredService<RunOutcome>();
        try
        {
            await host.RunAsync(cancellationToken).ConfigureAwait(false);
            outcome.SetExitCode();
        }
        catch (DistributedApplicationException mistake)
        {
            // A mistake of the user deserves one line and no stack trace.
            await Console.Error.WriteLineAsync(mistake.Message).ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
    }

    /// <inheritdoc />
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

    /// <inheritdoc />
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    /// <inheritdoc />
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        // host.RunAsync disposes the host itself; disposing twice is harmless.
        await ((IAsyncDisposable)host).DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
