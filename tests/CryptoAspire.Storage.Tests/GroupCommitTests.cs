using CryptoAspire.Storage.Silver;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public class GroupCommitTests : SilverDatabase
{
    [Fact]
    public async Task Partitions_that_commit_together_keep_their_own_fences_ledgers_and_origins()
    {
        var (btc, eth) = (Log(0, "BTC-USD", 30), Log(1, "ETH-USD", 400).Append("rubbish"u8.ToArray()));
        var (first, second) = (NewWriter(0), NewWriter(1));
        await first.TakeOverAsync(CancellationToken.None);
        await second.TakeOverAsync(CancellationToken.None);

        var small = await SilverWriter.CommitTogetherAsync([(first, btc.Read(0, 10)), (second, eth.Read(0, 10))], CancellationToken.None); // inserted
        var large = await SilverWriter.CommitTogetherAsync([(second, eth.Read(10, 1000)), (first, btc.Read(10, 20))], CancellationToken.None); // copied

        Assert.All(small!, static result => Assert.Equal(10, result.Rows));
        Assert.Equal([(401L, 390, 1), (30L, 20, 0)], large!.Select(static result => (result.NextOffset, result.Rows, result.Quarantined)));
        Assert.All(small![0].Candles, static candle => Assert.Equal("BTC-USD", candle.Symbol));
        Assert.All(small[1].Candles, static candle => Assert.Equal("ETH-USD", candle.Symbol));
        Assert.Equal(["0|30|30|30|0", "1|401|401|400|1"], await RowsAsync("select partition, next_offset, consumed, rows, quarantined from stream_offset order by 1"));
        Assert.Equal(["BTC-USD|0|0|30", "ETH-USD|1|0|401"], await RowsAsync("select symbol, kafka_partition, min(first_offset), max(next_offset) from candle where interval = '1d' and venue = '*' group by 1, 2 order by 1"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task A_group_with_one_fence_elsewhere_writes_nothing_and_each_of_it_goes_on_alone()
    {
        var (btc, eth) = (Log(0, "BTC-USD", 20), Log(1, "ETH-USD", 20));
        var (first, second, owner) = (NewWriter(0), NewWriter(1), NewWriter(1));
        await first.TakeOverAsync(CancellationToken.None);
        await second.TakeOverAsync(CancellationToken.None);
        await eth.CommitAllAsync(owner);

        Assert.Null(await SilverWriter.CommitTogetherAsync([(first, btc.Read(0, 20)), (second, eth.Read(0, 20))], CancellationToken.None));

        Assert.Equal(20L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Equal(20L, await second.TakeOverAsync(CancellationToken.None));
        await btc.CommitAllAsync(first);
        Assert.Equal(40L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task Inserted_and_copied_rows_are_the_same()
    {
        const string rows = "select timestamp, event_time, received_at, trade_id, iteration, symbol, base, currency, source, side, price, size, volume_24h, bid, ask from crypto_prices_realtime order by kafka_partition, kafka_offset";
        var log = new BronzeLog(0).Append(Make.Ticker("10:00:00", 100.5m, volume: 1234.5678m, bid: 100.25m)).Append(Make.Random(250, seed: 3));

        await log.CommitAllAsync(NewWriter(), batchSize: 1000);
        var copied = await RowsAsync(rows);
        await ExecuteAsync("truncate crypto_prices_realtime, candle, candle_revision, feed_progress, latest_price, stream_offset, gap, dirty_bucket");
        await log.CommitAllAsync(NewWriter(), batchSize: 100);

        Assert.Equal(copied, await RowsAsync(rows));
    }

    /// <summary>A table that is updated a hundred times a second lives in its pages' free room, whenever autovacuum comes by.</summary>
    [Fact]
    public async Task Small_commits_leave_the_hot_tables_small()
    {
        await Log(0, "BTC-USD", 500).CommitAllAsync(NewWriter(), batchSize: 1);

        foreach (var table in new[] { "stream_offset", "feed_progress", "latest_price", "dirty_bucket" })
        {
            var pages = await ScalarAsync<long>($"select pg_relation_size('{table}') / 8192");
            Assert.True(pages <= 4, $"{table} has {pages} pages after 500 updates of its rows");
        }
    }

    [Fact]
    public async Task A_frozen_maker_of_a_days_table_is_ended_by_who_needs_the_day()
    {
        await using var frozen = await Database.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(x'73696c766572'::bigint)", frozen);
        await hold.ExecuteNonQueryAsync();

        await Log(0, "BTC-USD", 5).CommitAllAsync(NewWriter());

        Assert.Equal(5L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Equal(["writer-ended"], await RowsAsync("select kind from incident"));
    }

    private static BronzeLog Log(int partition, string symbol, int count) =>
        new BronzeLog(partition).Append(Enumerable.Range(1, count).Select(i => Make.Trade(i, $"10:{i / 60 % 60:00}:{i % 60:00}", 100 + i, symbol: symbol)));
}
