namespace CryptoAspire.Producer.Rest;

/// <summary>One kind of request to a venue's REST interface.</summary>
/// <param name="Name">For metrics and messages.</param>
/// <param name="Weight">What it costs of the venue's budget.</param>
public sealed record RestEndpoint(string Name, int Weight = 1)
{
    /// <summary>
    /// For polled endpoints: how long an answer stays good, so that asking sooner costs nothing. Older answers are asked for with their ETag and date,
    /// and kept when the server says that they have not changed. Zero: never kept.
    /// </summary>
    public TimeSpan Fresh { get; init; }
}
