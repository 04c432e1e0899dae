namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>A number that only grows, added to from any thread.</summary>
internal sealed class Tally
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);
}
