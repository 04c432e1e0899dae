using CryptoAspire.Storage.Gold;
using CryptoAspire.Testing;

namespace CryptoAspire.Storage.Tests;

public class GoldTests : SilverDatabase
{
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
        Assert.NotEmpty(await RowsAsync(GoldAudit.Differences));
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
        await Gold.RollAsync(GoldGrain.Day, CancellationToken.None);
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
    public async Task The_ten_minute_roll_marks_the_days_and_the_signals_that_follow()
    {
        await new BronzeLog().Append(Make.Trade(1, "10:00:00"), Make.Trade(2, "23:59:59"), Make.Trade(1, "10:31:00", symbol: "ETH-USD")).CommitAllAsync(NewWriter());
        await Gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None);

        Assert.Equal(["daily|BTC-USD", "daily|ETH-USD"], await RowsAsync("select grain, symbol from dirty_bucket where grain = 'daily' order by 2"));
        Assert.Equal(["BTC-USD|10:00", "ETH-USD|10:30"], await RowsAsync("select symbol, to_char(start at time zone 'UTC', 'HH24:MI') from signal_work order by 1"));
        Assert.Equal(2, await Gold.RollAsync(GoldGrain.Day, CancellationToken.None));
    }

    [Fact]
    public async Task A_range_can_be_rolled_again_and_the_preview_says_what_that_is()
    {
        await new BronzeLog().Append(Make.Random(500, seed: 4)).CommitAllAsync(NewWriter());
        await RollAsync();
        await ExecuteAsync("update gold_hourly_metrics set avg_price = 1; delete from gold_hourly_metrics where symbol = 'ETH-USD' and hour_timestamp = '2024-08-08 01:00Z'");
        var backfill = new GoldBackfill(Database, TimeProvider.System);
        var (from, to) = (At("2024-08-08T01:20:00Z"), At("2024-08-08T02:00:00Z"));

        var preview = await backfill.PreviewAsync(GoldGrain.Hour, from, to, [], 2, CancellationToken.None);
        Assert.Equal((3L, 1L), (preview.Total, preview.Missing));
        Assert.Equal([("BTC-USD", At("2024-08-08T01:00:00Z"), true), ("ETH-USD", At("2024-08-08T01:00:00Z"), false)], preview.Buckets.Select(b => (b.Symbol, b.Start, b.RolledAt is not null)));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from dirty_bucket"));

        Assert.Equal(3, await backfill.MarkAsync(GoldGrain.Hour, from, to, [], CancellationToken.None));
        Assert.Equal(3, await Gold.RollAsync(GoldGrain.Hour, CancellationToken.None));
        Assert.Empty(await RowsAsync("select * from gold_hourly_metrics where avg_price = 1 and hour_timestamp = '2024-08-08 01:00Z'"));
        Assert.NotEmpty(await RowsAsync("select * from gold_hourly_metrics where avg_price = 1"));

        Assert.Equal(2L, (await backfill.PreviewAsync(GoldGrain.TenMinutes, At("2024-08-08T00:05:00Z"), At("2024-08-08T00:15:00Z"), ["BTC-USD"], 10, CancellationToken.None)).Total);
        await backfill.MarkAsync(GoldGrain.Hour, At("2024-01-01T00:00:00Z"), At("2025-01-01T00:00:00Z"), [], CancellationToken.None);
        await RollAsync();
        await AssertGoldAsync();
    }

    [Fact]
    public async Task A_day_of_the_database_in_another_zone_is_a_day_of_utc()
    {
        await ExecuteAsync($"alter database {new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString).Database} set timezone = 'Europe/Berlin'");
        Database.Clear();
        await new BronzeLog().Append(Make.Random(300, seed: 2)).CommitAllAsync(NewWriter());
        await RollAsync();

        Assert.Equal("Europe/Berlin", await ScalarAsync<string>("select current_setting('timezone')"));
        Assert.Equal(["00:00"], await RowsAsync("select distinct to_char(day at time zone 'UTC', 'HH24:MI') from gold_daily_metrics"));
        await AssertGoldAsync();
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private async Task RollAsync()
    {
        foreach (var grain in Enum.GetValues<GoldGrain>())
            await Gold.RollAsync(grain, CancellationToken.None);
    }

    private async Task AssertGoldAsync()
    {
        Assert.Empty(await RowsAsync(GoldAudit.Differences));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from dirty_bucket"));
        Assert.NotEqual(0L, await ScalarAsync<long>("select least((select count(*) from gold_10min_metrics), (select count(*) from gold_hourly_metrics), (select count(*) from gold_daily_metrics))"));
    }
}
