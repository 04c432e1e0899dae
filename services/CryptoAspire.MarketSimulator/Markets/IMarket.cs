namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>Where the simulator's trades come from: a synthetic market, or a recorded one.</summary>
public interface IMarket
{
    /// <summary>The products that a venue lists; empty when the market has nothing for that venue.</summary>
    IReadOnlyList<Instrument> InstrumentsOf(string venue);

    /// <summary>
    /// The venue's trades from now on, in event time, in batches. Nothing is ever skipped: a reader that is slow makes the market wait
    /// (a capture) or falls behind and catches up (the synthetic market).
    /// The registration takes effect when this method returns, before the first batch is asked for.
    /// </summary>
    /// <param name="venue">Whose trades.</param>
    /// <param name="wanted">Asked for each trade's instrument at the moment of delivery, so that a subscription can change.</param>
    IAsyncEnumerable<IReadOnlyList<MarketTrade>> Follow(string venue, Func<Instrument, bool> wanted, CancellationToken cancellation);

    /// <summary>The newest trade that has happened, or null before the first.</summary>
    MarketTrade? Latest(Instrument instrument);

    /// <summary>Trades that have happened with an id of at least <paramref name="fromId"/>, oldest first, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<MarketTrade> TradesFrom(Instrument instrument, long fromId, int limit);

    /// <summary>The newest trades that have happened, oldest first.</summary>
    IReadOnlyList<MarketTrade> Newest(Instrument instrument, int count);

    /// <summary>The id of the first trade that happened at that moment or after it; null when none has yet.</summary>
    /// <param name="timeUs">Unix µs.</param>
    long? FirstIdSince(Instrument instrument, long timeUs);

    /// <summary>The last 24 hours up to now; null when the market does not know them (a capture of minutes).</summary>
    DaySummary? Summary(Instrument instrument);
}
