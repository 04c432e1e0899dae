namespace CryptoAspire.Producer.Feeds;

/// <summary>Where the market data comes from.</summary>
public enum FeedMode
{
    /// <summary>Live if an exchange answers within three seconds at start, else simulated.</summary>
    Auto,
    Live,
    Simulated,
    Replay,
}
