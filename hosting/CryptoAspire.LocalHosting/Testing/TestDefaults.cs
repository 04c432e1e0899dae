using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Sets a builder up for a test while it is being constructed in this flow of execution.</summary>
internal static class TestDefaults
{
    private static readonly AsyncLocal<Action<DistributedApplicationOptions, HostApplicationBuilderSettings>?> s_configure = new();

    static TestDefaults() => DistributedApplicationBuilder.Diagnostics.Subscribe(new Observer());

    public static IDisposable Apply(Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        s_configure.Value = configure;
        return new Reset();
    }

    private static void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.DisableDashboard = true;
        settings.EnvironmentName ??= Environments.Development;

        // The lowest priority: the environment and the test's own arguments come later and win.
        settings.Configuration!.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DcpPublisher:RandomizePorts"] = "true",
            [CryptoAspire.LocalHosting.DataDirectory.Setting] = Path.Combine(Path.GetTempPath(), $"{CryptoAspire.LocalHosting.DataDirectory.TemporaryPrefix}{Guid.NewGuid():n}"),
        });
        s_configure.Value?.Invoke(options, settings);
    }

    private sealed class Reset : IDisposable
    {
        public void Dispose() => s_configure.Value = null;
    }

    private sealed class Observer : IObserver<KeyValuePair<string, object?>>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (s_configure.Value is not null && value is { Key: "DistributedApplicationBuilderConstructing", Value: (DistributedApplicationOptions options, HostApplicationBuilderSettings settings) })
            {
                Configure(options, settings);
            }
        }
    }
}
