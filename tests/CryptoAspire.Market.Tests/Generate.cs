using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Market.Tests;

/// <summary>Random trades as venues have them: ten digits a price on the symbol's one tick size, ten a size, colliding times and ids.</summary>
internal static class Generate
{
    public static readonly Gen<Trade> Trade =
        from symbol in Gen.Elements("BTC-USD", "ETH-USDT")
        from source in Gen.Elements("coinbase", "binance", "binance-replay")
        from id in Gen.Choose(1, 50)
        from time in Gen.Choose(0, 200_000)
        from price in Gen.Choose(1, int.MaxValue)
        from size in Gen.Choose(1, int.MaxValue)
        from side in Gen.Elements(Side.Buy, Side.Sell)
        select new Trade
        {
            Symbol = Market.Symbol.Parse(symbol),
            Source = source,
            TradeId = id,
            EventTimeUs = 1_723_161_255_342_000 + time * 100_000L,
            ReceivedUs = time,
            Price = new decimal(price, 0, 0, false, symbol == "BTC-USD" ? (byte)4 : (byte)8),
            Size = new decimal(size, 0, 0, false, 8),
            Side = side,
            Iteration = id,
        };

    public static readonly Arbitrary<Trade[]> Trades = Trade.ArrayOf().ToArbitrary();

    public static CandleDelta Fold(IEnumerable<Trade> trades)
    {
        var delta = default(CandleDelta);
        foreach (var trade in trades)
            delta.Add(trade);
        return delta;
    }
}
