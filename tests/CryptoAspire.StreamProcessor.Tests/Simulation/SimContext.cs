namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>Runs what the code under test awaits for on the one thread of its simulation, in order: nothing is left to the thread pool.</summary>
internal sealed class SimContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = [];

    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    public void Pump()
    {
        while (_posted.TryDequeue(out var posted))
            posted.Callback(posted.State);
    }
}
