using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Testing;

namespace CryptoAspire.Storage.Tests;

public class SilverWriterTests : SilverDatabase
{
    private const string Minutes = "select to_char(start at time zone 'UTC', 'HH24:MI'), venue, open, high, low, close, volume, trade_count, status from candle where interval = '1m' order by start, venue";

    [Fact]
    public async Task Late_trade_reopens_a_final_candle_raises_its_revision_and_leaves_its_trace()
    {
        var writer = NewWriter();
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:10", 100), Make.Trade(3, "10:01:30", 105));
        await log.CommitAllAsync(writer);
        Assert.Equal("final|1", (await RowsAsync("select status, revision from candle where interval = '1m' and venue = '*' order by start")).First());

        log.Append(Make.Trade(2, "10:00:20", 110));
        await log.CommitAllAsync(writer);

        Assert.Equal(
            ["10:00|*|100|110|100|110|2|2|corrected", "10:00|coinbase|100|110|100|110|2|2|corrected", "10:01|*|105|105|105|105|1|1|open", "10:01|coinbase|105|105|105|105|1|1|open"],
            await RowsAsync(Minutes));
        Assert.Equal(
            ["1|final|100|1|0|0|2", "2|late|110|2|1|2|3"],
            await RowsAsync("select revision, cause, close, trade_count, late_trades, first_offset, next_offset from candle_revision where venue = '*' and interval = '1m' order by revision"));
    }

    [Fact]
    public async Task The_watermark_closes_candles_that_the_batch_itself_does_not_touch()
    {
        var writer = NewWriter();
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:10"));
        await log.CommitAllAsync(writer);
        Assert.Equal(["open"], await RowsAsync("select distinct status from candle"));

        log.Append(Make.Trade(2, "10:01:01"));
        await log.CommitAllAsync(writer);
        Assert.Equal(["open"], await RowsAsync("select distinct status from candle"));

        log.Append(Make.Trade(3, "10:01:02"));
        var announced = await log.CommitAllAsync(writer);

        Assert.Equal(["final", "open"], await RowsAsync("select status from candle where interval = '1m' and venue = '*' order by start"));
        Assert.Contains(announced, candle => candle is { Status: CandleStatus.Final, Interval: Interval.OneMinute, Venue: "coinbase", Revision: 2 });
    }

    [Fact]
    public async Task Open_and_close_follow_event_time_then_venue_then_id_not_arrival()
    {
        await new BronzeLog().Append(
            Make.Trade(7, "10:00:30", 3, source: "coinbase"),
            Make.Trade(6, "10:00:30", 2, source: "coinbase"),
            Make.Trade(9, "10:00:30", 1, source: "binance"),
            Make.Trade(8, "10:00:30", 9, source: "binance")).CommitAllAsync(NewWriter(), batchSize: 1);

        Assert.Equal(["9|3"], await RowsAsync("select open, close from candle where interval = '1m' and venue = '*'"));
    }

    [Fact]
    public async Task Repeated_offsets_are_refused_by_the_fence_and_a_zombie_writes_nothing()
    {
        var log = new BronzeLog().Append(Make.Random(100, seed: 1));
        var (owner, zombie) = (NewWriter(), NewWriter());
        await owner.TakeOverAsync(CancellationToken.None);
        await zombie.TakeOverAsync(CancellationToken.None);
        Assert.True((await owner.CommitAsync(log.Read(0, 60), CancellationToken.None)).Committed);

        var again = await zombie.CommitAsync(log.Read(0, 100), CancellationToken.None);

        Assert.Equal((false, 60L), (again.Committed, again.NextOffset));
        Assert.Equal(60L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.True((await zombie.CommitAsync(log.Read(60, 100), CancellationToken.None)).Committed);
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task The_same_trade_from_two_producers_is_kept_once()
    {
        var trades = Make.Random(500, seed: 2);
        await new BronzeLog().Append(trades).Append(trades.Skip(100)).CommitAllAsync(NewWriter(), batchSize: 77);

        Assert.Equal(["500|400|900"], await RowsAsync("select rows, duplicates, consumed from stream_offset"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
    }

    [Fact]
    public async Task A_jump_of_ids_opens_a_gap_that_closes_when_all_of_them_came()
    {
        var writer = NewWriter();
        var log = new BronzeLog().Append(Make.Trade(10, "10:00:00"), Make.Trade(14, "10:00:01"));
        await log.CommitAllAsync(writer);
        Assert.Equal(["11|13|-"], await RowsAsync("select first_trade_id, last_trade_id, closed_at from gap"));

        log.Append(Make.Trade(12, "10:00:00.5"), Make.Trade(11, "10:00:00.4"));
        await log.CommitAllAsync(NewWriter());
        Assert.Equal(1L, await ScalarAsync<long>("select count(*) from gap where closed_at is null"));
        Assert.Equal("{[0,10),[13,14)}", await ScalarAsync<string>("select missing::text from feed_progress"));

        log.Append(Make.Trade(13, "10:00:00.6"), Make.Trade(13, "10:00:00.6"));
        await log.CommitAllAsync(writer);
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from gap where closed_at is null"));
        Assert.Equal(5L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
    }

    [Fact]
    public async Task A_venue_with_sparse_ids_has_no_gaps_and_its_repeats_are_found_in_Silver()
    {
        var log = new BronzeLog().Append(
            Make.Trade(1000, "10:00:00", source: "gemini"), Make.Trade(5000, "10:00:05", source: "gemini"), Make.Trade(5000, "10:00:05", source: "gemini"));
        await log.CommitAllAsync(NewWriter());
        log.Append(Make.Trade(1000, "10:00:00", source: "gemini"), Make.Trade(3000, "10:00:03", source: "gemini"), Make.Trade(3000, "10:00:03", source: "gemini"), Make.Trade(9000, "10:00:09", source: "gemini"));
        await log.CommitAllAsync(NewWriter());

        Assert.Equal(["1000", "3000", "5000", "9000"], await RowsAsync("select trade_id from crypto_prices_realtime order by 1"));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from gap"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
    }

    [Fact]
    public async Task A_ticker_that_two_producers_tell_is_one_row_over_restarts_and_in_any_order()
    {
        var log = new BronzeLog().Append(Make.Ticker("10:00:05", 101)).Append(Make.Ticker("10:00:05", 101)).Append(Make.Ticker("10:00:06", 102));
        var writer = NewWriter();
        await log.CommitAllAsync(writer);
        log.Append(Make.Ticker("10:00:06", 102)).Append(Make.Ticker("10:00:05", 101)).Append(Make.Ticker("10:00:05.5", 101.5m)).Append(Make.Ticker("10:00:06", 102, source: "kraken"));
        Assert.Equal((2, 2), Shown(await writer.CommitAsync(log.Read(3, 4), CancellationToken.None)));

        // Whoever takes over asks Silver.
        var successor = NewWriter();
        Assert.Equal(7L, await successor.TakeOverAsync(CancellationToken.None));
        log.Append(Make.Ticker("10:00:06", 102)).Append(Make.Ticker("10:00:07", 103));
        Assert.Equal((1, 1), Shown(await successor.CommitAsync(log.Read(7, 2), CancellationToken.None)));

        Assert.Equal(["coinbase 101", "coinbase 101.5", "coinbase 102", "kraken 102", "coinbase 103"], await RowsAsync("select source || ' ' || price from crypto_prices_realtime order by event_time, source"));
        static (int, int) Shown(Silver.CommitResult result) => (result.Rows, result.Duplicates);
    }

    [Fact]
    public async Task Tickers_move_the_latest_price_but_no_candle()
    {
        await new BronzeLog().Append(Make.Trade(1, "10:00:00", 100)).Append(Make.Ticker("10:00:05", 101.5m, volume: 7, bid: 101, ask: 102)).CommitAllAsync(NewWriter());

        Assert.Equal(["101.5|101|102|7"], await RowsAsync("select price, bid, ask, volume_24h from latest_price"));
        Assert.Equal(["1"], await RowsAsync("select distinct trade_count from candle"));
        Assert.Equal(2L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
    }

    [Fact]
    public async Task An_older_event_does_not_move_the_latest_price_back()
    {
        var log = new BronzeLog().Append(Make.Trade(2, "10:00:10", 200));
        await log.CommitAllAsync(NewWriter());
        await log.Append(Make.Trade(1, "10:00:05", 100)).CommitAllAsync(NewWriter());

        Assert.Equal(["200|2|100"], await RowsAsync("select price, trade_id, last_price from latest_price"));
    }

    [Fact]
    public async Task Bad_records_and_events_of_the_future_are_quarantined_with_their_bytes()
    {
        var clock = new FixedTime(new DateTimeOffset(2024, 8, 8, 10, 0, 0, TimeSpan.Zero));
        await new BronzeLog()
            .Append("rubbish\0"u8.ToArray())
            .Append(Make.Trade(1, "10:00:04.999"), Make.Trade(2, "10:00:05.001"))
            .CommitAllAsync(NewWriter(time: clock), time: clock);

        Assert.Equal(1L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        var reasons = await RowsAsync("select kafka_offset, reason from quarantine order by 1");
        Assert.StartsWith("0|value: not JSON", reasons[0]);
        Assert.StartsWith("2|event_time_us: ", reasons[1]);
        Assert.Equal("rubbish\0", Encoding.UTF8.GetString(await ScalarAsync<byte[]>("select value from quarantine where kafka_offset = 0")));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task Rows_hold_exactly_what_the_record_said()
    {
        var clock = new FixedTime(new DateTimeOffset(2024, 8, 8, 12, 0, 0, TimeSpan.Zero));
        await new BronzeLog()
            .Append(Make.Trade(77, "10:00:00.123456", 61837.63000000m, 0.00012345m, side: Side.Sell) with { ReceivedUs = 1_723_111_200_200_000, Iteration = 5 })
            .Append(Make.Ticker("10:00:01", 12345678901234567890.5m / 1_000_000_000m, volume: 0))
            .CommitAllAsync(NewWriter(time: clock), time: clock);

        Assert.Equal(
            [
                "1723111200123|2024-08-08 10:00:00.123456+00|2024-08-08 11:59:59.999999+00|2024-08-08 10:00:00.2+00|77|0|5|0|BTC-USD|BTC|USD|coinbase|sell|61837.63|0.00012345|-|-|-",
                "1723111201000|2024-08-08 10:00:01+00|2024-08-08 12:00:00+00|-|-|1|0|0|BTC-USD|BTC|USD|coinbase|-|12345678901.2345678905|-|0|-|-",
            ],
            await RowsAsync(
                """
                select timestamp, event_time::text, processed_at::text, received_at::text, trade_id, kafka_offset, iteration, kafka_partition,
                       symbol, base, currency, source, side, price, size, volume_24h, bid, ask
                from crypto_prices_realtime order by kafka_offset
                """));
    }

    [Fact]
    public async Task Random_trades_in_random_batches_fold_to_the_right_candles_and_dirty_their_buckets()
    {
        var random = new Random(3);
        var trades = Make.Random(3_000, seed: 4);
        var log = new BronzeLog().Append(trades.Select((trade, i) => (trade, i + random.Next(200))).OrderBy(pair => pair.Item2).Select(pair => pair.trade));
        await log.CommitAllAsync(NewWriter(), batchSize: 170);

        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Equal(
            await RowsAsync("select distinct symbol, date_bin('10 minutes', event_time, 'epoch') from crypto_prices_realtime order by 1, 2"),
            await RowsAsync("select symbol, start from dirty_bucket where grain = '10min' order by 1, 2"));
        Assert.Equal(
            await RowsAsync("select distinct symbol, date_bin('1 hour', event_time, 'epoch') from crypto_prices_realtime order by 1, 2"),
            await RowsAsync("select symbol, start from dirty_bucket where grain = 'hourly' order by 1, 2"));
    }

    [Fact]
    public async Task The_audit_sees_a_wrong_candle_and_a_missing_one()
    {
        await new BronzeLog().Append(Make.Random(50, seed: 5)).CommitAllAsync(NewWriter());
        Assert.Empty(await RowsAsync(CandleAudit.Differences));

        await ExecuteAsync("update candle set volume = volume + 0.00000001 where venue = '*' and interval = '4h' and symbol = 'BTC-USD'");
        Assert.Equal(2, (await RowsAsync(CandleAudit.Differences)).Count);
        await ExecuteAsync("delete from candle where venue = '*' and interval = '4h' and symbol = 'BTC-USD'");
        Assert.Single(await RowsAsync(CandleAudit.Differences));
    }
}

