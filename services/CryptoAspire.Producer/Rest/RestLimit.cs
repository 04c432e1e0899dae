namespace CryptoAspire.Producer.Rest;

/// <summary>How much of a venue's REST interface may be used: a bucket of <see cref="Burst"/> that fills with <see cref="PerSecond"/>.</summary>
/// <param name="PerSecond">Weight a second, below what the venue allows.</param>
/// <param name="Burst">Weight that may be used at once.</param>
public sealed record RestLimit(double PerSecond, double Burst)
{
    /// <summary>The response header in which the venue counts our weight (Binance: <c>X-MBX-USED-WEIGHT-1M</c>), and the count of a minute at which we rest.</summary>
    public (string Header, int RestAt)? UsedWeight { get; init; }
}
