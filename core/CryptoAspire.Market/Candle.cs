namespace CryptoAspire.Market;

/// <summary>The trades of one symbol at one venue (or <see cref="Venue.All"/>) in [Start, Start + Interval), folded.</summary>
public sealed record Candle
{
    public required string Symbol { get; init; }

    public required string Venue { get; init; }

    public required Interval Interval { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required decimal Open { get; init; }

    public required decimal High { get; init; }

    public required decimal Low { get; init; }

    public required decimal Close { get; init; }

    /// <summary>Sum of sizes, base asset.</summary>
    public required decimal Volume { get; init; }

    /// <summary>Sum of price × size, quote asset.</summary>
    public required decimal Notional { get; init; }

    /// <summary>The part of the volume in which the buyer was the taker.</summary>
    public required decimal BuyVolume { get; init; }

    public required long TradeCount { get; init; }

    /// <summary>Rises by at least one with each change; a reader ignores a revision that it has already passed.</summary>
    public required long Revision { get; init; }

    public required CandleStatus Status { get; init; }

    /// <summary>Volume-weighted average price, null without volume.</summary>
    public decimal? Vwap => Volume == 0 ? null : Notional / Volume;
}
