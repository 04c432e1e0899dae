using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.LocalHosting;

/// <summary>Healthy when every replica answers the expected status.</summary>
internal sealed class HttpHealthCheck(EndpointReference endpoint, string path, int statusCode) : IHealthCheck
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!endpoint.IsAllocated)
        {
            return HealthCheckResult.Unhealthy("not started");
        }

        foreach (var port in endpoint.EndpointAnnotation.ReplicaPorts)
        {
            var url = new Uri($"{endpoint.Scheme}://{endpoint.Host}:{port}/{path.TrimStart('/')}");
            try
            {
                using var answer = await s_client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if ((int)answer.StatusCode != statusCode)
                {
                    return HealthCheckResult.Unhealthy($"{url} answered {(int)answer.StatusCode}");
                }
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return HealthCheckResult.Unhealthy($"{url} does not answer: {e.Message}");
            }
        }

        return HealthCheckResult.Healthy();
    }
}
