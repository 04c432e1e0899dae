namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>
/// A random walk that can be asked at any moment in constant time: smooth noise on periods of 1 s, 2 s, 4 s … 24 days, each with an amplitude
/// that grows with the root of its period, as a Brownian path's does. No state: a restarted simulator continues the same market,
/// and yesterday's trades can be made again for a client that asks for them.
/// </summary>
internal sealed class PricePath(ulong seed, double dailyVolatility)
{
    private const int Octaves = 22;
    private const double SecondsPerDay = 86_400;

    /// <summary>Logarithm of the price relative to the path's anchor.</summary>
    public double At(double unixSeconds)
    {
        double sum = 0, period = 1;
        for (uint octave = 0; octave < Octaves; octave++, period *= 2)
        {
            var lattice = Noise.Hash(seed, octave);
            var x = unixSeconds / period + Noise.Unit(lattice);   // an own phase, so that the knots of two octaves never coincide
            var cell = Math.Floor(x);
            var f = x - cell;
            var left = Noise.Bell(Noise.Hash(lattice, (ulong)(long)cell));
            var right = Noise.Bell(Noise.Hash(lattice, (ulong)(long)cell + 1));
            sum += Math.Sqrt(period / SecondsPerDay) * (left + (right - left) * f * f * (3 - 2 * f));
        }
        return dailyVolatility * 0.6 * sum;
    }
}
