namespace CryptoAspire.Dashboard.Hubs;

/// <summary>Whether any browser is connected to the live stream: without one, less has to be read.</summary>
public sealed class Audience
{
    private int _connections;

    public bool IsThere => Volatile.Read(ref _connections) > 0;

    internal void Enter() => Interlocked.Increment(ref _connections);

    internal void Leave() => Interlocked.Decrement(ref _connections);
}
