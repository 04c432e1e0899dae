using CryptoAspire.ServiceDefaults.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Resilient HTTP clients, under the name of Microsoft.Extensions.Http.Resilience.</summary>
public static class HttpResilienceExtensions
{
    /// <summary>
    /// Total time-out, retry with exponential back-off and jitter (idempotent requests, or those that never reached the
    /// server), circuit breaker per server, and attempt time-out. Limits: <see cref="HttpResilienceOptions"/>.
    /// </summary>
    public static IHttpClientBuilder AddStandardResilienceHandler(this IHttpClientBuilder http, Action<HttpResilienceOptions>? configure = null)
    {
        var services = http.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HttpResiliencePipelines>();
        services.TryAddSingleton<IConfigureOptions<HttpResilienceOptions>, FromConfiguration>();
        if (configure is not null)
        {
            // The defaults of all clients have no name of their own.
            if (http.Name is null) services.ConfigureAll(configure);
            else services.Configure(http.Name, configure);
        }
        // Through the factory's options, not the builder's own methods: these alone tell a default which client it is for.
        if (http.Name is null) services.ConfigureAll<HttpClientFactoryOptions>(AddHandler);
        else services.Configure<HttpClientFactoryOptions>(http.Name, AddHandler);
        return http;
    }

    private static void AddHandler(HttpClientFactoryOptions options) => options.HttpMessageHandlerBuilderActions.Add(static client =>
    {
        // A client that asks again for what all clients have only changes limits.
        if (!client.AdditionalHandlers.OfType<HttpResilienceHandler>().Any())
            client.AdditionalHandlers.Insert(0, new HttpResilienceHandler(client.Services.GetRequiredService<HttpResiliencePipelines>(), client.Name ?? ""));
    });

    private sealed class FromConfiguration(IConfiguration configuration) : IConfigureNamedOptions<HttpResilienceOptions>
    {
        public void Configure(string? name, HttpResilienceOptions options) => configuration.GetSection("Http:Resilience").Bind(options);

        public void Configure(HttpResilienceOptions options) => Configure(null, options);
    }
}
