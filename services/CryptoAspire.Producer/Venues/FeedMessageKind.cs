namespace CryptoAspire.Producer.Venues;

public enum FeedMessageKind
{
    /// <summary>Nothing that we need, or of a type that we do not know: vendors add types and ask clients to ignore them.</summary>
    Ignored,
    Trade,
    Ticker,

    /// <summary>A sign of life that also tells the newest trade id of a product.</summary>
    Heartbeat,

    /// <summary>The venue confirms what we are subscribed to.</summary>
    Subscribed,

    /// <summary>The venue refuses a request of ours.</summary>
    Refused,

    /// <summary>It should have been one of the above but cannot be read.</summary>
    Invalid,
}
