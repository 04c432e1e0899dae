namespace CryptoAspire.Market;

/// <summary>One executed trade as a venue reported it.</summary>
public readonly record struct Trade
{
    public required Symbol Symbol { get; init; }

    /// <summary>The venue, with <c>-sim</c> or <c>-replay</c> where the data is not live.</summary>
    public required string Source { get; init; }

    /// <summary>The venue's id, unique for its symbol.</summary>
    public required long TradeId { get; init; }

    /// <summary>When the venue executed it, Unix microseconds.</summary>
    public required long EventTimeUs { get; init; }

    /// <summary>When we received it, Unix microseconds, by our clock (may be before the event time when that clock is slow).</summary>
    public long ReceivedUs { get; init; }

    /// <summary>Units of the quote asset for one of the base asset; above zero.</summary>
    public required decimal Price { get; init; }

    /// <summary>Units of the base asset; above zero.</summary>
    public required decimal Size { get; init; }

    /// <summary>The taker's side.</summary>
    public required Side Side { get; init; }

    /// <summary>The producer's running number of the record; a field of the replaced systems.</summary>
    public long Iteration { get; init; }
}
