using Polly;

namespace CryptoAspire.ServiceDefaults.Http;

/// <summary>Runs each request of one client through its pipeline.</summary>
internal sealed class HttpResilienceHandler(HttpResiliencePipelines pipelines, string client) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pipeline = pipelines.For(client, request.RequestUri);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(HttpResiliencePipelines.Request, request);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt.Handler.SendOnceAsync(attempt.Request, context.CancellationToken),
                context, (Handler: this, Request: request));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}
