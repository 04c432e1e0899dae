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

    /// <summary>The longest answer that is read, after decompression. A thousand trades are a fifth of a megabyte; only lists of products can be longer.</summary>
    public int MaxBytes { get; init; } = 8 << 20;

    /// <summary>A header to send: the key of an interface that wants one.</summary>
    public (string Name, string Value)? Header { get; init; }
}
