namespace CryptoAspire.StreamProcessor.Context;

/// <summary>Tells those who wait for it that the schema is up to date and the topics exist.</summary>
internal sealed class SilverReady
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Announce() => _ready.TrySetResult();

    public Task WaitAsync(CancellationToken cancel) => _ready.Task.WaitAsync(cancel);
}
