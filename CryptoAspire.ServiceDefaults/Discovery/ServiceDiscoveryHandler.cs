namespace CryptoAspire.ServiceDefaults.Discovery;

/// <summary>Sends a request to the resolved address and gives the request its own address back afterwards, for retries.</summary>
internal sealed class ServiceDiscoveryHandler(ServiceEndpointResolver resolver) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var logical = request.RequestUri;
        if (logical is null) return await base.SendAsync(request, cancellationToken);
        try
        {
            request.RequestUri = resolver.Resolve(logical);
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = logical;
        }
    }
}
