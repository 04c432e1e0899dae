using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.Storage.Tests;

public class ReconciliationTests : SilverDatabase
{
    private static readonly DateTimeOffset From = new(2024, 8, 8, 10, 0, 0, TimeSpan.Zero);
    private static readonly ReconciliationLimits Limits = new(PriceBps: 1, VolumePercent: 0.1m, Repairs: 2);

    [Fact]
    public async Task A_minute_that_lacks_a_trade_is_found_asked_for_and_seen_to_be_right_when_it_has_come()
    {
        // The venue says two trades a minute; we miss the second one of 10:01, and all of 10:02.
        var log = new BronzeLog().Append([Make.Trade(1, "10:00:10", 100, 1), Make.Trade(2, "10:00:40", 101, 1), Make.Trade(3, "10:01:10", 100, 1)]);
        await log.CommitAllAsync(NewWriter());
        await ExecuteAsync(
            """
            insert into venue_candle (source, symbol, interval, start, open, high, low, close, volume, trade_count, is_closed, fetched_at)
            values ('coinbase', 'BTC-USD', '1m', '2024-08-08 10:00Z', 100, 101, 100, 101, 2, 2, true, now()),
                   ('coinbase', 'BTC-USD', '1m', '2024-08-08 10:01Z', 100, 102, 100, 102, 2, 2, true, now()),
                   ('coinbase', 'BTC-USD', '1m', '2024-08-08 10:02Z', 102, 102, 102, 102, 1, 1, true, now()),
                   ('coinbase', 'BTC-USD', '1m', '2024-08-08 10:03Z', 102, 102, 102, 102, 0, 0, true, now()),
                   ('coinbase', 'BTC-USD', '1m', '2024-08-08 10:04Z', 102, 103, 102, 103, 9, 9, false, now())
            """);

        Assert.Equal((4, 2, 2), await CompareAsync());
        Assert.Equal(
            ["10:00|0|0|0|True", "10:01|196.078431|50|-1|False", "10:02|10000|100|-1|False", "10:03|0|0|0|True"],
            await RowsAsync("select to_char(start at time zone 'utc', 'HH24:MI'), trim_scale(price_bps), trim_scale(volume_percent), trades, agrees from reconciliation_result order by start"));
        Assert.Equal(
            ["coinbase|BTC-USD|10:01|10:02|open", "coinbase|BTC-USD|10:02|10:03|open"],
            await RowsAsync("select source, symbol, to_char(from_time at time zone 'utc', 'HH24:MI'), to_char(to_time at time zone 'utc', 'HH24:MI'), state from repair_request order by id"));

        // Nothing has changed: nothing is compared, nothing is asked for again.
        Assert.Equal((0, 0, 0), await CompareAsync());

        // The trades came through Bronze.
        await ExecuteAsync("update repair_request set state = 'done'");
        await log.Append([Make.Trade(4, "10:01:40", 102, 1), Make.Trade(5, "10:02:40", 102, 1)]).CommitAllAsync(NewWriter());
        Assert.Equal((2, 0, 0), await CompareAsync());
        var queries = new ReconciliationQueries(Database);
        var venue = Assert.Single(await queries.ScoreboardAsync(default));
        Assert.Equal(("coinbase", 4L, 4L, 100m, 2L), (venue.Source, venue.Minutes, venue.Agreeing, venue.Score, venue.RepairsDone));
        Assert.Empty(await queries.MinutesAsync(null, null, differing: true, 10, default));

        // A minute that stays different is asked for twice, then left.
        for (var i = 0; i < 4; i++)
        {
            await ExecuteAsync("update venue_candle set volume = 5, fetched_at = clock_timestamp() where start = '2024-08-08 10:00Z'");
            await CompareAsync();
            await ExecuteAsync("update repair_request set state = 'failed' where state = 'open'");
        }

        Assert.Equal(2L, await ScalarAsync<long>("select count(*) from repair_request where from_time = '2024-08-08 10:00Z'"));
        Assert.Equal("failed", Assert.Single(await queries.MinutesAsync("coinbase", "BTC-USD", differing: true, 10, default)).Repair);
    }

    [Fact]
    public async Task An_open_gap_becomes_a_request_for_the_time_between_its_neighbours()
    {
        await new BronzeLog().Append([Make.Trade(1, "10:00:10"), Make.Trade(2, "10:00:20"), Make.Trade(7, "10:05:30")]).CommitAllAsync(NewWriter());
        var gaps = new GapRepair(Database, TimeProvider.System);
        Assert.Equal((1, 0, 0), await gaps.RequestAsync(2, "test", default)); // the producer has its minute first

        await ExecuteAsync("update gap set opened_at = opened_at - interval '2 minutes'");
        Assert.Equal((1, 1, 0), await gaps.RequestAsync(2, "test", default));
        Assert.Equal(
            ["coinbase|BTC-USD|10:00:20|10:05:31|open|test"],
            await RowsAsync("select source, symbol, to_char(from_time at time zone 'utc', 'HH24:MI:SS'), to_char(to_time at time zone 'utc', 'HH24:MI:SS'), state, requested_by from repair_request"));
        Assert.Equal((1, 0, 0), await gaps.RequestAsync(2, "test", default));

        await ExecuteAsync("update repair_request set state = 'failed'");
        Assert.Equal((1, 1, 0), await gaps.RequestAsync(2, "test", default));
        await ExecuteAsync("update repair_request set state = 'failed'");
        Assert.Equal((1, 0, 1), await gaps.RequestAsync(2, "test", default));
    }

    private Task<(long Compared, long Differing, long Repairs)> CompareAsync() =>
        new CandleReconciler(Database, TimeProvider.System).CompareAsync(From, From.AddHours(1), Limits, "test", default);
}
