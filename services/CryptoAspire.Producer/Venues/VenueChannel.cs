namespace CryptoAspire.Producer.Venues;

/// <summary>One channel of a venue's feed.</summary>
/// <param name="Name">As the venue's confirmations print it.</param>
public sealed record VenueChannel(string Name)
{
    /// <summary>Every trade comes on this channel; an instrument counts as read when this one is confirmed for it.</summary>
    public bool CarriesTrades { get; init; }

    /// <summary>Subscribed when <c>Feeds:&lt;venue&gt;:Channels</c> says nothing.</summary>
    public bool IsUsual { get; init; } = true;

    /// <summary>False for a channel of the connection as a whole (heartbeats).</summary>
    public bool HasProducts { get; init; } = true;

    /// <summary>How many products one request may name.</summary>
    public int ProductsPerRequest { get; init; } = 50;

    /// <summary>
    /// For a channel that speaks by the clock (heartbeats): silent for so long while subscribed, it is broken and the connection is replaced, whatever comes
    /// on other channels. Null for a channel that is silent when the market is.
    /// </summary>
    public TimeSpan? SilenceLimit { get; init; }
}
