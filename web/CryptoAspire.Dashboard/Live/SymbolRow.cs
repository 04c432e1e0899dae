namespace CryptoAspire.Dashboard.Live;

/// <summary>What the Market table shows of one symbol; each row is whole, so a newer one simply replaces an older one.</summary>
public sealed record SymbolRow
{
    public required string Symbol { get; init; }

    /// <summary>Price of the latest trade over all venues, quote asset.</summary>
    public required decimal Price { get; init; }

    public decimal? Bid { get; init; }

    public decimal? Ask { get; init; }

    /// <summary>Change against the price 24 hours before the newest data, or against the oldest price when there is less; percent.</summary>
    public decimal? ChangePercent { get; init; }

    /// <summary>Base asset: the venues' own 24 h figures added up, or the sum of our candles where no venue gives one.</summary>
    public decimal? Volume24h { get; init; }

    /// <summary>The venue of the latest trade, without a suffix.</summary>
    public required string Venue { get; init; }

    /// <summary>The source of the latest trade, with <c>-sim</c> or <c>-replay</c> where it is not live.</summary>
    public required string Source { get; init; }

    /// <summary>When the venue says that it happened, Unix milliseconds.</summary>
    public required long EventTime { get; init; }

    /// <summary>When it reached us, Unix milliseconds; the age on screen counts from here.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>Closes of the last hour's minutes, oldest first; null when unchanged since the last row sent.</summary>
    public IReadOnlyList<decimal>? Spark { get; init; }
}
