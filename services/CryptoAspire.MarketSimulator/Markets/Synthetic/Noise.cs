namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>
/// Hashing that gives the same number for the same inputs on every machine and runtime (SplitMix64's finalizer),
/// which <see cref="Random"/> and <see cref="HashCode"/> do not promise.
/// </summary>
internal static class Noise
{
    public static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    public static ulong Hash(ulong a, ulong b) => Mix(a ^ Mix(b));

    public static ulong Hash(ulong seed, string text)
    {
        foreach (var c in text) seed = Hash(seed, c);
        return seed;
    }

    /// <summary>[0, 1).</summary>
    public static double Unit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    /// <summary>Mean 0, variance 1, bounded by ±3: three uniforms are normal enough for a price path and have no tails to explode in.</summary>
    public static double Bell(ulong hash) =>
        2 * ((hash & 0x1FFFFF) + ((hash >> 21) & 0x1FFFFF) + (hash >> 42 & 0x1FFFFF)) / (double)0x1FFFFF - 3;
}
