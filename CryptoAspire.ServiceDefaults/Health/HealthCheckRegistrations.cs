using CryptoAspire.ServiceDefaults.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

internal static class HealthCheckRegistrations
{
    /// <summary>A check that hangs must not hang <c>/health</c>, which its callers poll every second.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Adds a check unless one of that name exists.</summary>
    public static void TryAddHealthCheck(this IHostApplicationBuilder builder, string name, Func<IServiceProvider, IHealthCheck> create) =>
        builder.Services.AddHealthChecks().Services.Configure<HealthCheckServiceOptions>(options =>
        {
            if (options.Registrations.All(registration => registration.Name != name))
                options.Registrations.Add(new HealthCheckRegistration(name, services => new BoundedHealthCheck(create(services)), failureStatus: null, tags: null, Timeout));
        });
}
