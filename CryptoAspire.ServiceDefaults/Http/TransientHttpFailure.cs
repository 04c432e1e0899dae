using System.Net;
using Polly;
using Polly.Timeout;

namespace CryptoAspire.ServiceDefaults.Http;

/// <summary>Which outcomes are the server's or the network's passing trouble, and which of them may be tried again.</summary>
internal static class TransientHttpFailure
{
    /// <summary>No connection, no answer in time, 408, 429 or 5xx.</summary>
    public static bool Is(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } => true,
        _ => false
    };

    /// <summary>
    /// A transient failure of a request that can be sent twice without harm (RFC 9110 §9.2.2), or of any request that
    /// never reached the server. A body that can only be read once is never sent again.
    /// </summary>
    public static bool MayRetry(Outcome<HttpResponseMessage> outcome, HttpRequestMessage request)
    {
        if (!Is(outcome) || request.Content is StreamContent) return false;
        return IsIdempotent(request.Method)
            || outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
    }

    private static bool IsIdempotent(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options
        || method == HttpMethod.Put || method == HttpMethod.Delete || method == HttpMethod.Trace;
}
