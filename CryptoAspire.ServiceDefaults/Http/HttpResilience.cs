using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace CryptoAspire.ServiceDefaults.Http;

/// <summary>
/// What every HTTP client gets: the standard handler of Microsoft.Extensions.Http.Resilience (total time-out, retry with
/// exponential back-off and jitter, circuit breaker, attempt time-out), a circuit for each server, and retries only where they
/// do no harm. Limits: section <c>Http:Resilience</c>, with the keys of <see cref="HttpStandardResilienceOptions"/>.
/// </summary>
public static class HttpResilience
{
    private const string Section = "Http:Resilience";

    /// <summary>Leaves it away, for a client whose caller has its own way to try again.</summary>
    public static IHttpClientBuilder WithoutResilience(this IHttpClientBuilder http) =>
#pragma warning disable EXTEXP0001 // still marked as experimental, and the documented way
        http.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001

    internal static void AddHttpResilience(this IHttpClientBuilder http) => http
        .AddStandardResilienceHandler(static limits =>
        {
            limits.Retry.Delay = TimeSpan.FromMilliseconds(500);
            limits.Retry.MaxDelay = TimeSpan.FromSeconds(15);
            limits.Retry.ShouldHandle = static attempt => ValueTask.FromResult(MayRetry(attempt.Outcome, attempt.Context.GetRequestMessage()));
        })
        .Configure(static (limits, services) => services.GetRequiredService<IConfiguration>().GetSection(Section).Bind(limits))
        .SelectPipelineByAuthority();

    /// <summary>
    /// A transient failure of a request that can be sent twice without harm (RFC 9110 §9.2.2), or of any request that
    /// never reached the server. A body that can only be read once is never sent again.
    /// </summary>
    private static bool MayRetry(Outcome<HttpResponseMessage> outcome, HttpRequestMessage? request)
    {
        if (request is null or { Content: StreamContent } || !HttpClientResiliencePredicates.IsTransient(outcome)) return false;
        return IsIdempotent(request.Method)
            || outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
    }

    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options
        || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Trace;
}
