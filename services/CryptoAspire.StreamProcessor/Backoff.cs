namespace CryptoAspire.StreamProcessor;

/// <summary>How long to wait before trying again: doubling from 100 ms to 5 s, less up to half at random so that replicas spread.</summary>
internal static class Backoff
{
    public static TimeSpan Delay(int attempt)
    {
        var full = Math.Min(5_000, 100 << Math.Min(attempt, 6));
        return TimeSpan.FromMilliseconds(full - Random.Shared.Next(full / 2));
    }
}
