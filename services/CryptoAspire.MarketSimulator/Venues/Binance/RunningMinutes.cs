using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>
/// The minutes that the trades of one connection are making. Of the minute in which it begins the trades before it are fetched from the market, unless they are
/// too many: then the next minute is the first.
/// </summary>
internal sealed class RunningMinutes(IMarket market)
{
    private const int MostFetched = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Instrument, (MarketMinute Minute, MarketTrade Last)> minutes = [];
    private readonly Dictionary<Instrument, MarketMinute> skipped = [];

    /// <summary>Adds the next trade; the minute that it ends, with its last trade, or null.</summary>
    public (MarketMinute Minute, MarketTrade Last)? Add(MarketTrade trade)
    {
        lock (gate)
        {
            if (!minutes.TryGetValue(trade.Instrument, out var running))
            {
                if (Begin(trade) is { } begun) minutes[trade.Instrument] = (begun, trade);
                return null;
            }
            var isSame = running.Minute.Has(trade);
            minutes[trade.Instrument] = (isSame ? running.Minute.With(trade) : MarketMinute.From(trade), trade);
            return isSame ? null : running;
        }
    }

    private MarketMinute? Begin(in MarketTrade trade)
    {
        var alone = MarketMinute.From(trade);
        if (skipped.TryGetValue(trade.Instrument, out var first)) return first.Has(trade) ? null : alone;
        if (market.FirstIdSince(trade.Instrument, alone.StartUs) is { } firstId && trade.Id - firstId > MostFetched)
        {
            skipped[trade.Instrument] = alone;
            return null;
        }
        return MarketMinute.Of(market, trade.Instrument, trade.TimeUs, 1, untilId: trade.Id) is [var minute] ? minute : alone;
    }

    /// <summary>The running minute and its newest trade; null before the first.</summary>
    public (MarketMinute Minute, MarketTrade Last)? Find(Instrument instrument)
    {
        lock (gate) return minutes.TryGetValue(instrument, out var running) ? running : null;
    }
}
