namespace CryptoAspire.Storage.Queries;

/// <summary>The newest price of a symbol over all its sources, with the 24 hours up to its event time.</summary>
public sealed record LatestPrice
{
    public required string Symbol { get; init; }

    /// <summary>The source that the price came from.</summary>
    public required string Source { get; init; }

    public required decimal Price { get; init; }

    /// <summary>When the venue said so.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>When it was committed here.</summary>
    public required DateTimeOffset ProcessedAt { get; init; }

    public decimal? Bid { get; init; }

    public decimal? Ask { get; init; }

    /// <summary>Traded in the 24 hours before <see cref="EventTime"/>, base asset, from our candles (whole quarter hours); zero without trades.</summary>
    public required decimal Volume24h { get; init; }

    /// <summary>The volume that the venue itself stated last, where it did.</summary>
    public decimal? VenueVolume24h { get; init; }

    /// <summary>Price minus the first price of the 24 hours; null without trades.</summary>
    public decimal? Change24h { get; init; }

    /// <summary>100 × change / first price.</summary>
    public decimal? ChangePercent24h { get; init; }

    /// <summary>Every source of the symbol, sorted: tells simulated and replayed data.</summary>
    public required IReadOnlyList<string> Sources { get; init; }
}
