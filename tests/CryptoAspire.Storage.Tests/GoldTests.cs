using CryptoAspire.Storage.Gold;

namespace CryptoAspire.Storage.Tests;

public class GoldTests : SilverDatabase
{
    // Computed straight from Silver, without candles.
    private const string TenMinutes =
        """
        select date_bin('10 minutes', event_time, 'epoch') as window_start, symbol, trim_scale(round(avg(price), 12)), min(price), max(price), sum(size), trim_scale(round(avg(size), 12)),
               trim_scale(round(stddev_samp(price), 8)), count(*), trim_scale(round(sum(price * size) / sum(size), 12)),
               (array_agg(price order by event_time, source collate "C", trade_id))[1],
               (array_agg(price order by event_time desc, source collate "C" desc, trade_id desc))[1]
        from crypto_prices_realtime where trade_id is not null group by 1, 2 order by 1, 2
        """;

    private const string Hours =
        """
        select hour, symbol, trim_scale(avg_price), low, high, volume, trim_scale(avg_volume), close - open, trim_scale(round(100 * (close - open) / open, 8)), n, trim_scale(vwap), open, close
        from (
            select date_bin('1 hour', event_time, 'epoch') as hour, symbol, round(avg(price), 12) as avg_price, min(price) as low, max(price) as high, sum(size) as volume,
                   round(avg(size), 12) as avg_volume, count(*) as n, round(sum(price * size) / sum(size), 12) as vwap,
                   (array_agg(price order by event_time, source collate "C", trade_id))[1] as open,
                   (array_agg(price order by event_time desc, source collate "C" desc, trade_id desc))[1] as close
            from crypto_prices_realtime where trade_id is not null group by 1, 2) h
        order by 1, 2
        """;

    private GoldRoller Gold => new(Database, TimeProvider.System);

    [Fact]
    public async Task Gold_equals_a_recomputation_from_Silver_also_after_late_trades()
    {
        var random = new Random(8);
        var trades = Make.Random(3_000, seed: 7).Select(trade => (trade, late: random.Next(20) == 0)).ToList();
        var log = new BronzeLog().Append(trades.Where(pair => !pair.late).Select(pair => pair.trade)).Append(Make.Ticker("00:05:00", 1));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();
        await AssertGoldAsync();

        log.Append(trades.Where(pair => pair.late).Select(pair => pair.trade));
        await log.CommitAllAsync(NewWriter());
        Assert.NotEqual(await RowsAsync(TenMinutes), await TenMinuteRowsAsync());
        await RollAsync();
        await AssertGoldAsync();
    }

    [Fact]
    public async Task A_late_trade_rolls_its_own_buckets_only()
    {
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:00"), Make.Trade(3, "10:20:00"));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();

        log.Append(Make.Trade(2, "10:05:00", 110));
        await log.CommitAllAsync(NewWriter());

        Assert.Equal(1, await Gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None));
        Assert.Equal(0, await Gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None));
        await Gold.RollAsync(GoldGrain.Hour, CancellationToken.None);
        await AssertGoldAsync();
    }

    [Fact]
    public async Task A_bucket_that_is_marked_while_it_is_rolled_is_rolled_again()
    {
        var log = new BronzeLog().Append(Make.Random(4_000, seed: 9));
        var done = false;
        var rolling = Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
                await RollAsync();
        });

        await log.CommitAllAsync(NewWriter(), batchSize: 40);
        Volatile.Write(ref done, true);
        await rolling;
        await RollAsync();

        await AssertGoldAsync();
    }

    [Fact]
    public async Task A_run_leaves_its_record_and_one_whose_process_died_is_abandoned()
    {
        var runs = new JobRuns(Database, TimeProvider.System);
        await runs.StartAsync("gold-10min", "a", CancellationToken.None);
        var second = await runs.StartAsync("gold-10min", "b", CancellationToken.None);
        await runs.FinishAsync(second, 7, error: null, CancellationToken.None);
        var third = await runs.StartAsync("gold-10min", "b", CancellationToken.None);
        await runs.FinishAsync(third, 0, "no more disk", CancellationToken.None);

        Assert.Equal(["a|abandoned|0|-", "b|succeeded|7|-", "b|failed|0|no more disk"], await RowsAsync("select instance, outcome, buckets, error from job_run order by id"));
        Assert.Equal(3, await runs.TrimAsync(DateTimeOffset.UtcNow.AddMinutes(1), CancellationToken.None));
    }

    private async Task RollAsync()
    {
        await Gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None);
        await Gold.RollAsync(GoldGrain.Hour, CancellationToken.None);
    }

    private async Task AssertGoldAsync()
    {
        Assert.Equal(await RowsAsync(TenMinutes), await TenMinuteRowsAsync());
        Assert.Equal(
            await RowsAsync(Hours),
            await RowsAsync(
                """
                select hour_timestamp, symbol, trim_scale(avg_price), min_price, max_price, total_volume, trim_scale(avg_volume), price_change, trim_scale(price_change_percent), record_count,
                       trim_scale(vwap), open, close
                from gold_hourly_metrics order by 1, 2
                """));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from dirty_bucket"));
    }

    private Task<List<string>> TenMinuteRowsAsync() => RowsAsync(
        """
        select window_start, symbol, trim_scale(avg_price), min_price, max_price, total_volume, trim_scale(avg_volume), trim_scale(price_volatility), record_count, trim_scale(vwap), open, close
        from gold_10min_metrics order by 1, 2
        """);
}
