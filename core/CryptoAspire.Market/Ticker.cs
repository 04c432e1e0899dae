namespace CryptoAspire.Market;

/// <summary>A venue's statement of the current price, without a trade of its own: it moves the latest price, never a candle.</summary>
public readonly record struct Ticker
{
    public required Symbol Symbol { get; init; }

    /// <summary>The venue, with <c>-sim</c> or <c>-replay</c> where the data is not live.</summary>
    public required string Source { get; init; }

    /// <summary>The venue's time, or that of receipt where the venue gives none; Unix microseconds.</summary>
    public required long EventTimeUs { get; init; }

    /// <summary>When we received it, Unix microseconds.</summary>
    public long ReceivedUs { get; init; }

    /// <summary>The last price; above zero.</summary>
    public required decimal Price { get; init; }

    public decimal? Bid { get; init; }

    public decimal? Ask { get; init; }

    /// <summary>The venue's own volume of the last 24 hours in the base asset.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>The producer's running number of the record; a field of the replaced systems.</summary>
    public long Iteration { get; init; }
}
