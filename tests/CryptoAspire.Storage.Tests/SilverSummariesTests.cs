using System.Globalization;
using System.Text.RegularExpressions;
using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public partial class SilverSummariesTests : SilverDatabase
{
    private const long Rows = 200_000;

    [Fact]
    public async Task A_minute_is_found_among_partitions_that_catch_up_side_by_side()
    {
        await CatchUpAsync();
        var pages = await ScalarAsync<long>("select pg_relation_size('silver_20240808') / 8192");
        var before = await PagesReadAsync();
        var summaries = new SilverSummaries(Database);

        var ranges = await summaries.UpdateAsync(CancellationToken.None);

        Assert.InRange(ranges, (int)(pages / 32), (int)(pages / 32) + 1);
        var after = await PagesReadAsync();
        Assert.True(after < pages / 20, $"{after} of {pages} pages are read for one minute of 1,440 (without summaries {before})");
        Assert.Equal(0, await summaries.UpdateAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_day_that_is_being_vacuumed_is_left_for_the_next_time()
    {
        await CatchUpAsync();
        var summaries = new SilverSummaries(Database);
        await using (var vacuum = await Database.OpenConnectionAsync())
        {
            await using var transaction = await vacuum.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("lock table silver_20240808 in share update exclusive mode", vacuum);
            await hold.ExecuteNonQueryAsync();
            Assert.Equal(0, await summaries.UpdateAsync(CancellationToken.None));
        }

        Assert.True(await summaries.UpdateAsync(CancellationToken.None) > 0);
    }

    // Pages of four times of the day, six hours apart, one after the other.
    private async Task CatchUpAsync()
    {
        await new SilverPartitions(Database).EnsureAsync([UnixMicrosecondsOf("2024-08-08")], CancellationToken.None);
        await ExecuteAsync(
            $"""
            insert into crypto_prices_realtime (timestamp, event_time, processed_at, trade_id, kafka_offset, iteration, kafka_partition, symbol, base, currency, source, side, price, size)
            select 0, timestamptz '2024-08-08 00:00:00+00' + i / 500 % 4 * interval '6 hours' + (i / 2000 * 500 + i % 500) * interval '6 hours' / ({Rows} / 4),
                   now(), i, i, i, i / 500 % 4, 'BTC-USD', 'BTC', 'USD', 'coinbase', 'buy', 50000, 0.01
            from generate_series(0, {Rows} - 1) i;
            analyze crypto_prices_realtime
            """);
    }

    private async Task<long> PagesReadAsync()
    {
        var plan = string.Join('\n', await RowsAsync(
            "explain (analyze, buffers, costs off, timing off) select count(*) from crypto_prices_realtime where event_time >= '2024-08-08 13:30:00+00' and event_time < '2024-08-08 13:31:00+00'"));
        return Buffers().Match(plan).Groups.Values.Skip(1).Sum(g => g.Success ? long.Parse(g.Value, CultureInfo.InvariantCulture) : 0);
    }

    private static long UnixMicrosecondsOf(string day) => Market.UnixMicroseconds.Of(DateTimeOffset.Parse(day + "T00:00:00Z", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?")]
    private static partial Regex Buffers();
}
