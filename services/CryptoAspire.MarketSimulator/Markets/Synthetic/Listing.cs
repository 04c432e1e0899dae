namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>
/// One coin at one venue: makes the trades of a time block as a pure function of the seed and the block's number.
/// A block always holds the same count, so a trade's id follows from its time (+1, no hole, across restarts); bursts are made by where in the block they fall.
/// </summary>
internal sealed class Listing
{
    private const double BurstShare = 0.4, BurstLength = 0.12;
    private const double MedianNotional = 150, NotionalSpread = 1.6;   // US dollars; logarithmic standard deviation

    private readonly Coin coin;
    private readonly PricePath market, own, basis;
    private readonly ulong seed;
    private readonly long blockUs;

    public Listing(Instrument instrument, Coin coin, ulong seed, int tradesPerBlock, long blockUs)
    {
        Instrument = instrument;
        TradesPerBlock = tradesPerBlock;
        this.coin = coin;
        this.blockUs = blockUs;
        this.seed = Noise.Hash(Noise.Hash(seed, instrument.Venue), instrument.Id);
        // The first two are shared by the venues, so that a coin costs the same everywhere but for the basis of a few hundredths of a percent.
        market = new PricePath(Noise.Hash(seed, "market"), 0.02);
        own = new PricePath(Noise.Hash(seed, coin.Base), coin.OwnVolatility);
        basis = new PricePath(this.seed, 0.00004);
    }

    public Instrument Instrument { get; }

    public int TradesPerBlock { get; }

    /// <summary>Middle between bid and ask, before rounding.</summary>
    public double MidAt(long timeUs)
    {
        var seconds = timeUs / 1e6;
        return coin.AnchorPrice * Math.Exp(coin.Beta * market.At(seconds) + own.At(seconds) + basis.At(seconds));
    }

    public (decimal Bid, decimal Ask) QuoteAt(long timeUs)
    {
        var mid = MidAt(timeUs);
        var bid = ToTick(mid * (1 - coin.HalfSpread), Math.Floor);
        return (bid, Math.Max(bid + Instrument.PriceTick, ToTick(mid * (1 + coin.HalfSpread), Math.Ceiling)));
    }

    /// <summary>Volume of a day in the base asset as the generator's expectation, moved slowly up and down.</summary>
    public decimal DayVolumeAt(long timeUs)
    {
        var perDay = TradesPerBlock * (86_400e6 / blockUs);
        var meanNotional = MedianNotional * Math.Exp(NotionalSpread * NotionalSpread / 2);
        return decimal.Round((decimal)(perDay * meanNotional / MidAt(timeUs) * Math.Exp(20 * own.At(timeUs / 1e6 / 50))), 8);
    }

    /// <summary>The trades of block <paramref name="block"/> (numbered from the Unix epoch), oldest first.</summary>
    public MarketTrade[] Trades(long block)
    {
        var random = new SeededRandom(Noise.Hash(seed, (ulong)block));
        var startUs = block * blockUs;
        var firstId = checked(block * TradesPerBlock) + 1;
        var trend = Math.Clamp(2_000 * (MidAt(startUs + blockUs) / MidAt(startUs) - 1), -0.3, 0.3);

        // 1. When: single orders anywhere, and sweeps that pack many trades into a tenth of a second.
        var moments = new (long TimeUs, bool InBurst)[TradesPerBlock];
        var burst = random.Unit();
        for (var i = 0; i < moments.Length; i++)
        {
            var inBurst = random.Unit() < BurstShare;
            if (inBurst && random.Unit() < 0.1) burst = random.Unit();
            var offset = inBurst ? burst * blockUs + random.Exponential(BurstLength) * 1e6 : random.Unit() * blockUs;
            moments[i] = (startUs + Math.Clamp((long)offset, 0, blockUs - 1), inBurst);
        }
        Array.Sort(moments, static (a, b) => a.TimeUs.CompareTo(b.TimeUs));

        // 2. What: price at the touch or a little through it, size log-normal in money.
        var trades = new MarketTrade[TradesPerBlock];
        var takerBuys = random.Unit() < 0.5 + trend;
        var depth = 0;
        for (var i = 0; i < trades.Length; i++)
        {
            var (timeUs, inBurst) = moments[i];
            var continues = inBurst && random.Unit() < 0.9;
            depth = continues ? Math.Min(depth + (random.Unit() < 0.3 ? 1 : 0), 12) : 0;
            if (!continues) takerBuys = random.Unit() < 0.5 + trend;
            var (bid, ask) = QuoteAt(timeUs);
            var price = takerBuys ? ask + depth * Instrument.PriceTick : Math.Max(Instrument.PriceTick, bid - depth * Instrument.PriceTick);
            trades[i] = new MarketTrade(Instrument, firstId + i, timeUs, price, Size(ref random, price), takerBuys);
        }
        return trades;
    }

    private decimal Size(ref SeededRandom random, decimal price)
    {
        var notional = MedianNotional * Math.Exp(NotionalSpread * random.Normal());
        var steps = Math.Max(1, Math.Round(notional / (double)price / (double)Instrument.SizeStep));
        return (decimal)steps * Instrument.SizeStep;
    }

    private decimal ToTick(double price, Func<double, double> round) =>
        Math.Max(1, (decimal)round(price / (double)Instrument.PriceTick)) * Instrument.PriceTick;
}
