using CryptoAspire.ServiceDefaults.Discovery;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Service discovery from configuration, under the names of Microsoft.Extensions.ServiceDiscovery.</summary>
public static class ServiceDiscoveryExtensions
{
    /// <summary>Registers <see cref="ServiceEndpointResolver"/>.</summary>
    public static IServiceCollection AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton<ServiceEndpointResolver>();
        return services;
    }

    /// <summary>Lets a client address services by their logical names.</summary>
    public static IHttpClientBuilder AddServiceDiscovery(this IHttpClientBuilder http)
    {
        http.Services.AddServiceDiscovery();
        return http.AddHttpMessageHandler(services => new ServiceDiscoveryHandler(services.GetRequiredService<ServiceEndpointResolver>()));
    }
}
