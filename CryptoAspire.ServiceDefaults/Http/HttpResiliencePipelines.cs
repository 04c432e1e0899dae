using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CryptoAspire.ServiceDefaults.Http;

/// <summary>
/// One pipeline for each client name and server: total time-out, retry, circuit breaker, attempt time-out, from outside in.
/// Held here and not in the handlers, which IHttpClientFactory renews every few minutes: a circuit must outlive them.
/// </summary>
internal sealed partial class HttpResiliencePipelines(
    IOptionsMonitor<HttpResilienceOptions> options, TimeProvider time, IMeterFactory meters, ILogger<HttpResiliencePipelines> logger)
{
    /// <summary>The request of the attempt, for the retry's decision.</summary>
    public static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new("request");

    // A crawler-like client must not grow the dictionary for ever; beyond this its servers share one pipeline.
    private const int MaxServers = 256;

    private readonly ConcurrentDictionary<(string Client, string Server), ResiliencePipeline<HttpResponseMessage>> _pipelines = new();
    private readonly Counter<long> _retries = meters.Create("CryptoAspire.ServiceDefaults")
        .CreateCounter<long>("http.client.resilience.retries", "{retry}", "Attempts after the first of outgoing HTTP requests.");

    public ResiliencePipeline<HttpResponseMessage> For(string client, Uri? address)
    {
        string server = address is { IsAbsoluteUri: true } ? address.Authority : "";
        if (_pipelines.TryGetValue((client, server), out var pipeline)) return pipeline;
        if (_pipelines.Count >= MaxServers) server = "(others)";
        return _pipelines.GetOrAdd((client, server), key => Build(options.Get(key.Client), key.Server));
    }

    private ResiliencePipeline<HttpResponseMessage> Build(HttpResilienceOptions limits, string server)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = limits.TotalTimeout, Name = "total" });
        if (limits.Retries > 0) builder.AddRetry(RetryOf(limits, server));
        builder.AddCircuitBreaker(BreakerOf(limits, server));
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = limits.AttemptTimeout, Name = "attempt" });
        return builder.Build();
    }

    private RetryStrategyOptions<HttpResponseMessage> RetryOf(HttpResilienceOptions limits, string server) => new()
    {
        MaxRetryAttempts = limits.Retries,
        Delay = limits.RetryDelay,
        MaxDelay = limits.MaxRetryDelay,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Context.Properties.TryGetValue(Request, out var request) && TransientHttpFailure.MayRetry(arguments.Outcome, request)),
        DelayGenerator = arguments => ValueTask.FromResult(RetryAfter(arguments.Outcome.Result, limits.MaxRetryDelay)),
        OnRetry = arguments =>
        {
            _retries.Add(1, new KeyValuePair<string, object?>("server.address", server));
            LogRetry(server, arguments.AttemptNumber + 1, Reason(arguments.Outcome), arguments.RetryDelay.TotalMilliseconds);
            return default;
        }
    };

    private CircuitBreakerStrategyOptions<HttpResponseMessage> BreakerOf(HttpResilienceOptions limits, string server) => new()
    {
        FailureRatio = limits.BreakerFailureRatio,
        MinimumThroughput = limits.BreakerMinimumThroughput,
        SamplingDuration = limits.BreakerSamplingDuration,
        BreakDuration = limits.BreakDuration,
        ShouldHandle = arguments => ValueTask.FromResult(TransientHttpFailure.Is(arguments.Outcome)),
        OnOpened = arguments =>
        {
            LogOpened(server, arguments.BreakDuration.TotalSeconds, Reason(arguments.Outcome));
            return default;
        },
        OnClosed = _ =>
        {
            LogClosed(server);
            return default;
        }
    };

    private TimeSpan? RetryAfter(HttpResponseMessage? response, TimeSpan longest)
    {
        var asked = response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null
        };
        return asked is null ? null : TimeSpan.FromTicks(Math.Clamp(asked.Value.Ticks, 0, longest.Ticks));
    }

    private static string Reason(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is { } error ? error.GetType().Name : $"status {(int)outcome.Result!.StatusCode}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server}: attempt {Attempt} failed ({Reason}), next in {DelayMs:0} ms")]
    private partial void LogRetry(string server, int attempt, string reason, double delayMs);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Server}: circuit open for {Seconds:0.#} s, last failure {Reason}")]
    private partial void LogOpened(string server, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server}: circuit closed")]
    private partial void LogClosed(string server);
}
