namespace CryptoAspire.Market.Bronze;

/// <summary>One record of the topic <c>crypto_prices</c> (DESIGN §4), decoded and valid.</summary>
public readonly record struct BronzeRecord
{
    public required BronzeKind Kind { get; init; }

    public required Symbol Symbol { get; init; }

    public required string Source { get; init; }

    /// <summary>Unix milliseconds; the replaced systems' field.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Unix microseconds.</summary>
    public required long EventTimeUs { get; init; }

    /// <summary>Unix microseconds; zero when the producer did not say.</summary>
    public long ReceivedUs { get; init; }

    public required decimal Price { get; init; }

    /// <summary>Base asset; zero for a ticker.</summary>
    public decimal Size { get; init; }

    public Side Side { get; init; }

    /// <summary>The venue's id; zero for a ticker.</summary>
    public long TradeId { get; init; }

    public decimal? Bid { get; init; }

    public decimal? Ask { get; init; }

    public decimal? Volume24h { get; init; }

    public long Iteration { get; init; }

    /// <summary>The trade that this record tells of; only for <see cref="BronzeKind.Trade"/>.</summary>
    public Trade ToTrade() => new()
    {
        Symbol = Symbol,
        Source = Source,
        TradeId = TradeId,
        EventTimeUs = EventTimeUs,
        ReceivedUs = ReceivedUs,
        Price = Price,
        Size = Size,
        Side = Side,
        Iteration = Iteration,
    };
}
