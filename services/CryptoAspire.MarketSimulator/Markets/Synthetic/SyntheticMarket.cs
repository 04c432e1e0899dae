using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace CryptoAspire.MarketSimulator.Markets.Synthetic;

/// <summary>
/// A market that never was: five coins at four venues, a pure function of the seed and the time. Two simulators with one seed make the same trades,
/// and one that was killed continues where it would have been, so that its clients can fetch what they missed.
/// </summary>
public sealed class SyntheticMarket : IMarket
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider clock;
    private readonly long blockUs;
    private readonly Dictionary<Instrument, Listing> listings;
    private readonly Dictionary<string, Instrument[]> venues;
    private readonly ConcurrentDictionary<(Instrument, long), MarketTrade[]> blocks = new();
    private readonly ConcurrentDictionary<(string, long), MarketTrade[]> venueBlocks = new();
    private readonly ConcurrentDictionary<Instrument, (long Minute, decimal Open, decimal High, decimal Low)> days = new();

    /// <param name="seed">Another seed is another market.</param>
    /// <param name="ticksPerSecond">
    /// Trades a second on average, over all coins, at Coinbase and Binance together; the smaller venues add to it. Trade ids follow from it.
    /// </param>
    public SyntheticMarket(long seed, double ticksPerSecond, TimeProvider clock)
    {
        this.clock = clock;
        blockUs = ticksPerSecond <= 1_000 ? 10_000_000 : 1_000_000;
        listings = Coin.All
            .SelectMany(coin => new[]
            {
                (Coin: coin, Share: 0.4, Instrument: new Instrument(VenueNames.Coinbase, $"{coin.Base}-USD", coin.Base, "USD", coin.PriceTick, coin.CoinbaseStep)),
                (Coin: coin, Share: 0.6, Instrument: new Instrument(VenueNames.Binance, $"{coin.Base}USDT", coin.Base, "USDT", coin.PriceTick, coin.BinanceStep)),
                (Coin: coin, Share: 0.1, Instrument: new Instrument(VenueNames.Kraken, $"{coin.Base}/USD", coin.Base, "USD", coin.PriceTick, coin.CoinbaseStep)),
                (Coin: coin, Share: 0.05, Instrument: new Instrument(VenueNames.Gemini, $"{coin.Base}USD", coin.Base, "USD", coin.PriceTick, coin.CoinbaseStep)),
            })
            .ToDictionary(l => l.Instrument, l =>
            {
                var perBlock = Math.Max(1, (int)Math.Round(ticksPerSecond * l.Coin.Activity * l.Share * blockUs / 1e6));
                return new Listing(l.Instrument, l.Coin, (ulong)seed, perBlock, blockUs);
            });
        venues = listings.Keys.GroupBy(i => i.Venue).ToDictionary(g => g.Key, g => g.ToArray());
    }

    private long NowUs => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public IReadOnlyList<Instrument> InstrumentsOf(string venue) => venues.GetValueOrDefault(venue, []);

    public IAsyncEnumerable<IReadOnlyList<MarketTrade>> Follow(string venue, Func<Instrument, bool> wanted, CancellationToken cancellation) =>
        FollowFrom(NowUs, venue, wanted, cancellation);

    private async IAsyncEnumerable<IReadOnlyList<MarketTrade>> FollowFrom(
        long sinceUs, string venue, Func<Instrument, bool> wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var nowUs = NowUs;
            // A reader that fell behind is served block by block, so that its arrears never stand in memory as one batch.
            var untilUs = Math.Min(nowUs, ((sinceUs + 1) / blockUs + 1) * blockUs - 1);
            var batch = Between(venue, sinceUs, untilUs).Where(t => wanted(t.Instrument)).ToList();
            if (batch.Count > 0) yield return batch;
            sinceUs = untilUs;
            if (untilUs >= nowUs) await Task.Delay(Tick, clock, cancellation);
        }
    }

    /// <summary>The venue's trades in (after, until], which lie in one block or end at its last microsecond.</summary>
    private IEnumerable<MarketTrade> Between(string venue, long afterUs, long untilUs)
    {
        for (var block = (afterUs + 1) / blockUs; block <= untilUs / blockUs; block++)
        {
            var trades = VenueBlock(venue, block);
            for (var i = FirstAfter(trades, afterUs); i < trades.Length && trades[i].TimeUs <= untilUs; i++) yield return trades[i];
        }
    }

    private static int FirstAfter(MarketTrade[] trades, long timeUs)
    {
        var (low, high) = (0, trades.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (trades[middle].TimeUs <= timeUs) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    public MarketTrade? Latest(Instrument instrument)
    {
        var nowUs = NowUs;
        for (var block = nowUs / blockUs; ; block--)
        {
            var trades = Block(instrument, block);
            for (var i = trades.Length - 1; i >= 0; i--)
                if (trades[i].TimeUs <= nowUs) return trades[i];
        }
    }

    public IReadOnlyList<MarketTrade> TradesFrom(Instrument instrument, long fromId, int limit)
    {
        if (Latest(instrument) is not { } latest) return [];
        var perBlock = listings[instrument].TradesPerBlock;
        var found = new List<MarketTrade>();
        for (var id = Math.Max(1, fromId); id <= latest.Id && found.Count < limit; id++)
            found.Add(Block(instrument, (id - 1) / perBlock)[(int)((id - 1) % perBlock)]);
        return found;
    }

    public IReadOnlyList<MarketTrade> Newest(Instrument instrument, int count) => Latest(instrument) is { } latest ? TradesFrom(instrument, latest.Id - count + 1, count) : [];

    public long? FirstIdSince(Instrument instrument, long timeUs)
    {
        var nowUs = NowUs;
        for (var block = Math.Max(0, timeUs) / blockUs; block <= nowUs / blockUs; block++)
        {
            var trades = Block(instrument, block);
            var first = FirstAfter(trades, timeUs - 1);
            if (first < trades.Length) return trades[first].TimeUs <= nowUs ? trades[first].Id : null;
        }
        return null;
    }

    public DaySummary? Summary(Instrument instrument)
    {
        var listing = listings[instrument];
        var nowUs = NowUs;
        var minute = nowUs / 60_000_000;
        var day = days.TryGetValue(instrument, out var known) && known.Minute == minute ? known : days[instrument] = MeasureDay(listing, minute);
        var (bid, ask) = listing.QuoteAt(nowUs);
        var volume = listing.DayVolumeAt(nowUs);
        return new DaySummary(day.Open, Math.Max(day.High, ask), Math.Min(day.Low, bid), volume, volume * 30, bid, ask);
    }

    private static (long Minute, decimal Open, decimal High, decimal Low) MeasureDay(Listing listing, long minute)
    {
        const int stepMinutes = 5;
        var quotes = Enumerable.Range(0, 24 * 60 / stepMinutes)
            .Select(i => listing.QuoteAt((minute - 24 * 60 + i * stepMinutes) * 60_000_000))
            .ToList();
        return (minute, quotes[0].Ask, quotes.Max(q => q.Ask), quotes.Min(q => q.Bid));
    }

    private MarketTrade[] Block(Instrument instrument, long block) =>
        Remember(blocks, (instrument, block), static (key, market) => market.listings[key.Item1].Trades(key.Item2));

    private MarketTrade[] VenueBlock(string venue, long block) =>
        Remember(venueBlocks, (venue, block), static (key, market) =>
            [.. market.venues[key.Item1].SelectMany(i => market.Block(i, key.Item2)).OrderBy(t => t.TimeUs)]);

    private MarketTrade[] Remember<TKey>(ConcurrentDictionary<TKey, MarketTrade[]> memory, TKey key, Func<TKey, SyntheticMarket, MarketTrade[]> make)
        where TKey : notnull
    {
        if (memory.TryGetValue(key, out var trades)) return trades;
        if (memory.Count >= 64) memory.Clear();
        return memory.GetOrAdd(key, make, this);
    }
}
