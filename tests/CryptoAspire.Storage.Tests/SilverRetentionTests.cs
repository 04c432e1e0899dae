using CryptoAspire.Storage.Silver;

namespace CryptoAspire.Storage.Tests;

public class SilverRetentionTests : SilverDatabase
{
    private static readonly DateTimeOffset Now = new(2024, 8, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_oldest_go_first_by_age_and_by_size_and_the_last_day_never()
    {
        SilverDay[] days = [.. Enumerable.Range(0, 10).Select(i => Day($"2024-08-{11 + i:00}", $"2024-08-{11 + i:00}", 100))];

        Assert.Empty(SilverRetention.Expired(days, Now, TimeSpan.FromDays(30), null));
        Assert.Equal(["11", "12", "13"], Shown(SilverRetention.Expired(days, Now, TimeSpan.FromDays(6), null)));
        Assert.Equal(["11", "12"], Shown(SilverRetention.Expired(days, Now, TimeSpan.FromDays(30), 800)));
        Assert.Equal(["11", "12", "13", "14", "15", "16", "17", "18"], Shown(SilverRetention.Expired(days, Now, TimeSpan.FromDays(30), 0)));
    }

    [Fact]
    public void A_replayed_day_is_kept_from_when_it_was_made()
    {
        SilverDay[] days = [Day("2021-05-01", "2024-08-18", 100), Day("2024-08-10", "2024-08-10", 100)];

        Assert.Equal(["10"], Shown(SilverRetention.Expired(days, Now, TimeSpan.FromDays(7), null)));
    }

    [Fact]
    public async Task Days_are_made_ahead_and_old_ones_are_dropped_while_their_candles_stay()
    {
        var clock = new FixedTime(Now);
        var partitions = new SilverPartitions(Database);
        var retention = new SilverRetention(Database, partitions, clock);
        await new BronzeLog().Append(Make.Random(200, seed: 7)).CommitAllAsync(NewWriter()); // 2024-08-08, made today
        await ExecuteAsync("update silver_partition set created_at = '2024-08-08'");

        Assert.Empty(await retention.ApplyAsync(TimeSpan.FromDays(30), null, CancellationToken.None));
        Assert.Equal(["2024-08-08", "2024-08-20", "2024-08-21", "2024-08-22"], await RowsAsync("select day::text from silver_partition order by 1"));
        var candles = await ScalarAsync<long>("select count(*) from candle");
        Assert.Equal(new DateOnly(2024, 8, 8), Assert.Single(await retention.ApplyAsync(TimeSpan.FromDays(7), null, CancellationToken.None)).Day);

        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from silver_partition where day = '2024-08-08' or to_regclass('silver_20240808') is not null"));
        Assert.Equal(candles, await ScalarAsync<long>("select count(*) from candle"));
    }

    [Fact]
    public async Task A_late_trade_of_a_dropped_day_makes_the_day_anew()
    {
        var retention = new SilverRetention(Database, new SilverPartitions(Database), new FixedTime(Now));
        var writer = NewWriter();
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:00"));
        await log.CommitAllAsync(writer);
        await ExecuteAsync("update silver_partition set created_at = '2024-08-08'");
        await retention.ApplyAsync(TimeSpan.FromDays(7), null, CancellationToken.None);

        log.Append(Make.Trade(2, "10:00:01"));
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => writer.CommitAsync(log.Read(1, 1), CancellationToken.None));
        Assert.Equal(1L, await writer.TakeOverAsync(CancellationToken.None));
        await log.CommitAllAsync(writer);

        Assert.Equal(["2"], await RowsAsync("select trade_id from crypto_prices_realtime"));
        Assert.Equal(["2"], await RowsAsync("select distinct trade_count from candle where interval = '1d'"));
    }

    [Fact]
    public async Task A_detachment_that_was_cut_short_is_finished()
    {
        var retention = new SilverRetention(Database, new SilverPartitions(Database), new FixedTime(Now));
        await new BronzeLog().Append(Make.Trade(1, "10:00:00")).CommitAllAsync(NewWriter());
        await ExecuteAsync("update silver_partition set created_at = '2024-08-08'");
        await using (var reader = await Database.OpenConnectionAsync())
        {
            await using var transaction = await reader.BeginTransactionAsync();
            await using var read = new Npgsql.NpgsqlCommand("select count(*) from crypto_prices_realtime", reader);
            await read.ExecuteScalarAsync();
            await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(async () =>
            {
                await using var cut = await Database.OpenConnectionAsync();
                await using var limit = new Npgsql.NpgsqlCommand("set statement_timeout = 300", cut);
                await limit.ExecuteNonQueryAsync();
                await using var detach = new Npgsql.NpgsqlCommand("alter table crypto_prices_realtime detach partition silver_20240808 concurrently", cut);
                await detach.ExecuteNonQueryAsync();
            });
        }

        Assert.True(await ScalarAsync<bool>("select inhdetachpending from pg_inherits where inhrelid = 'silver_20240808'::regclass"));
        Assert.Single(await retention.ApplyAsync(TimeSpan.FromDays(7), null, CancellationToken.None));
        Assert.False(await ScalarAsync<bool>("select to_regclass('silver_20240808') is not null"));
    }

    private static SilverDay Day(string day, string created, long bytes) =>
        new(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), "silver_" + day, DateTimeOffset.Parse(created + "Z", System.Globalization.CultureInfo.InvariantCulture), bytes);

    private static IEnumerable<string> Shown(IEnumerable<SilverDay> days) => days.Select(static day => day.Day.ToString("dd", System.Globalization.CultureInfo.InvariantCulture));
}
