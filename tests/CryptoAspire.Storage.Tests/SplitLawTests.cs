using CryptoAspire.Market;
using CryptoAspire.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Storage.Tests;

/// <summary>The law that all rests on, through the writer and a real PostgreSQL; the simulation tries it more often, in memory.</summary>
public class SplitLawTests : SilverDatabase
{
    private int _case;

    [Fact]
    public void Any_split_order_and_duplication_gives_what_sorting_and_folding_gives()
    {
        var seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
        Prop.ForAll(seeds, seed => HoldsAsync(seed).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    private async Task<bool> HoldsAsync(int seed)
    {
        var random = new Random(seed);
        var partition = ++_case;
        var symbol = $"C{partition}-USD";
        var trades = Enumerable.Range(0, 1 + random.Next(80)).Select(i => Make.Trade(
            i * 7 + i % 3, TimeSpan.FromMicroseconds(random.NextInt64(5 * 3_600_000_000L)).ToString(@"hh\:mm\:ss\.ffffff"), 1 + random.Next(100_000) / 100m,
            (1 + random.Next(1_000_000)) / 1_000_000m, symbol, new[] { "coinbase", "gemini", "kraken-sim" }[random.Next(3)], (Side)random.Next(2))).ToArray();
        var produced = trades.Concat(trades.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(produced);

        var log = new BronzeLog(partition).Append(produced);
        var writer = NewWriter(partition);
        var next = await writer.TakeOverAsync(default);
        while (next < log.End)
        {
            if (random.Next(4) == 0)
                next = await (writer = NewWriter(partition)).TakeOverAsync(default);
            next = (await writer.CommitAsync(log.Read(next, 1 + random.Next(20)), default)).NextOffset;
        }

        var fold = new CandleFold();
        foreach (var trade in trades.OrderBy(trade => trade.EventTimeUs).ThenBy(trade => trade.Source, StringComparer.Ordinal).ThenBy(trade => trade.TradeId))
            fold.Add(trade);
        Assert.Equal(
            fold.ToCandles().Select(pair => Shown(pair.Key, pair.Value)).Order(StringComparer.Ordinal),
            (await RowsAsync(
                $"""
                select venue, interval, (extract(epoch from start) * 1000000)::bigint, trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close),
                       trim_scale(volume), trim_scale(notional), trim_scale(buy_volume), trade_count, trim_scale(price_sum), trim_scale(price_square_sum)
                from candle where symbol = '{symbol}'
                """)).Order(StringComparer.Ordinal));
        Assert.Equal(trades.Length, await ScalarAsync<long>($"select count(*) from crypto_prices_realtime where symbol = '{symbol}'"));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
        return true;
    }

    private static string Shown(CandleKey key, CandleDelta d) => FormattableString.Invariant(
        $"{key.Venue}|{key.Interval.Name()}|{key.StartUs}|{d.Open.Price:0.############################}|{d.High:0.############################}|{d.Low:0.############################}|{d.Close.Price:0.############################}|{d.Volume:0.############################}|{d.Notional:0.############################}|{d.BuyVolume:0.############################}|{d.TradeCount}|{d.PriceSum:0.############################}|{d.PriceSquareSum:0.############################}");
}
