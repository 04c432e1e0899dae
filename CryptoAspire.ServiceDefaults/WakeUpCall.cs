namespace CryptoAspire.ServiceDefaults;

/// <summary>Lets a loop rest until somebody calls or a time is over. A call while it does not rest is heard at its next rest; several are one.</summary>
public sealed class WakeUpCall(TimeProvider time)
{
    private readonly SemaphoreSlim _calls = new(0, 1);

    /// <summary>Ends the rest; from any thread, and cheap when it has been called already.</summary>
    public void Call()
    {
        if (_calls.CurrentCount > 0)
            return;
        try
        {
            _calls.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else was quicker.
        }
    }

    /// <summary>Returns at a call, when the time is over, or when told to stop.</summary>
    public async Task RestAsync(TimeSpan longest, CancellationToken stopping)
    {
        using var over = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, over.Token);
        await _calls.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
