namespace CryptoAspire.ServiceDefaults.Http;

/// <summary>
/// Limits of one HTTP client; section <c>Http:Resilience</c> for all, options by client name for one. The defaults are those
/// of Microsoft.Extensions.Http.Resilience's standard handler, with a shorter first delay.
/// </summary>
public sealed class HttpResilienceOptions
{
    /// <summary>Limit of a request with all its attempts and pauses. Default 30 s.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit of one attempt, to the response's headers. Default 10 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Attempts after the first. Default 3; 0 means no retry.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Median pause before the first retry; doubles each time, with jitter. Default 500 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause, also when the server asks for more with <c>Retry-After</c>. Default 15 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Share of failed attempts in a sampling period that opens the circuit. Default 0.1.</summary>
    public double BreakerFailureRatio { get; set; } = 0.1;

    /// <summary>Attempts in a sampling period below which the circuit never opens. Default 100.</summary>
    public int BreakerMinimumThroughput { get; set; } = 100;

    /// <summary>Sampling period. Default 30 s.</summary>
    public TimeSpan BreakerSamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time without attempts once the circuit is open. Default 5 s.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);
}
