namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>A minute of an instrument's trades, as an exchange's own candle tells it; minutes without trades do not exist.</summary>
/// <param name="StartUs">Unix µs.</param>
public readonly record struct MarketMinute(long StartUs, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, int Trades)
{
    private const long LengthUs = 60_000_000;
    private const int Page = 1000;

    /// <summary>The minute that this trade begins.</summary>
    public static MarketMinute From(in MarketTrade trade) => new(trade.TimeUs / LengthUs * LengthUs, trade.Price, trade.Price, trade.Price, trade.Price, trade.Size, 1);

    /// <summary>The minutes from the one that has <paramref name="fromUs"/> on, oldest first, at most <paramref name="limit"/>; the last one may be running.</summary>
    /// <param name="untilId">Trades after this one are left out.</param>
    public static List<MarketMinute> Of(IMarket market, Instrument instrument, long fromUs, int limit, long untilId = long.MaxValue)
    {
        var minutes = new List<MarketMinute>();
        if (market.FirstIdSince(instrument, fromUs / LengthUs * LengthUs) is not { } next) return minutes;
        while (market.TradesFrom(instrument, next, Page) is { Count: > 0 } trades)
        {
            foreach (var trade in trades)
            {
                if (trade.Id > untilId) return minutes;
                if (minutes.Count > 0 && minutes[^1].Has(trade)) minutes[^1] = minutes[^1].With(trade);
                else if (minutes.Count == limit) return minutes;
                else minutes.Add(From(trade));
            }
            next = trades[^1].Id + 1;
        }
        return minutes;
    }

    public bool Has(in MarketTrade trade) => trade.TimeUs / LengthUs * LengthUs == StartUs;

    public MarketMinute With(in MarketTrade trade) => this with
    {
        High = Math.Max(High, trade.Price), Low = Math.Min(Low, trade.Price), Close = trade.Price, Volume = Volume + trade.Size, Trades = Trades + 1,
    };
}
