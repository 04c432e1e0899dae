namespace CryptoAspire.LocalHosting.Running;

/// <summary>
/// When a crashed process is started again: after 0.25 s, doubling up to 30 s; from the beginning once it has run well for
/// half a minute. One that never became healthy is given up after five attempts: its configuration is wrong.
/// </summary>
internal sealed class RestartPolicy
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_good = TimeSpan.FromSeconds(30);
    private int _crashes;
    private bool _everHealthy;

    /// <summary>How long to wait before the next start; null to give up.</summary>
    public TimeSpan? AfterCrash(bool wasHealthy, TimeSpan uptime)
    {
        _everHealthy |= wasHealthy;
        _crashes = wasHealthy && uptime >= s_good ? 1 : _crashes + 1;
        if (!_everHealthy && _crashes >= Attempts)
        {
            return null;
        }

        var delay = s_first * Math.Pow(2, Math.Min(_crashes - 1, 10));
        return delay < s_longest ? delay : s_longest;
    }
}
