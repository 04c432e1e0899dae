namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>SplitMix64 as a sequence: the same seed gives the same numbers for ever.</summary>
internal struct SeededRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next() => Noise.Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>[0, 1).</summary>
    public double Unit() => Noise.Unit(Next());

    /// <summary>Exponentially distributed with the given mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
}
