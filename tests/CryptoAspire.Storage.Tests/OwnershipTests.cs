using CryptoAspire.Market;
using CryptoAspire.Storage.Silver;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public class OwnershipTests : SilverDatabase
{
    [Fact]
    public async Task A_frozen_owners_transaction_is_ended_and_an_incident_says_so()
    {
        var log = new BronzeLog().Append(Make.Random(100, seed: 1));
        var next = await NewWriter().TakeOverAsync(default);

        // What a process that is stopped in the middle of its COPY leaves: the fence moved, the session alive and silent.
        await using var frozen = await Database.OpenConnectionAsync();
        await using var transaction = await frozen.BeginTransactionAsync();
        await using (var fence = new NpgsqlCommand("update stream_offset set next_offset = 60", frozen))
            await fence.ExecuteNonQueryAsync();
        await using (var copy = await frozen.BeginRawBinaryCopyAsync("copy incident (id) from stdin (format binary)"))
        {
            var writer = NewWriter();
            Assert.Equal(next, await writer.TakeOverAsync(default));
            Assert.True((await writer.CommitAsync(log.Read(next, 100), default)).Committed);
            await Assert.ThrowsAnyAsync<Exception>(() => copy.DisposeAsync().AsTask());
        }

        Assert.Single(await RowsAsync("select from incident where kind = 'writer-ended' and detail like 'crypto_prices [0]: %'"));
        Assert.Equal(100L, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
    }

    [Fact]
    public async Task A_new_owner_knows_how_far_every_source_had_come()
    {
        var clock = new SetTime(new DateTimeOffset(2024, 8, 8, 12, 0, 0, TimeSpan.Zero));
        var log = new BronzeLog().Append(Make.Trade(1, "10:00:10"), Make.Trade(1, "10:09:00", source: "binance"), Make.Trade(2, "10:05:30"));
        await log.CommitAllAsync(NewWriter(time: clock), time: clock);

        // To the new owner coinbase stands at 10:05:28, so a first trade in 10:03 is late and one in 10:06 is not, and coinbase still holds '*' back.
        await log.Append(Make.Trade(3, "10:03:00"), Make.Trade(4, "10:05:40")).CommitAllAsync(NewWriter(time: clock), time: clock);
        Assert.Equal(
            ["10:03|*|corrected", "10:03|coinbase|corrected", "10:05|*|open", "10:05|coinbase|open", "10:09|*|open", "10:09|binance|open"],
            await RowsAsync("select to_char(start at time zone 'UTC', 'HH24:MI'), venue, status from candle where interval = '1m' and start > '2024-08-08 10:00:30Z' order by start, venue"));
    }

    [Fact]
    public async Task When_the_clock_is_set_back_commit_times_still_rise_and_no_trade_is_lost()
    {
        var clock = new SetTime(new DateTimeOffset(2024, 8, 8, 12, 0, 0, TimeSpan.Zero));
        var log = new BronzeLog().Append(Make.Random(50, seed: 5));
        await log.CommitAllAsync(NewWriter(time: clock), time: clock);
        clock.Now -= TimeSpan.FromHours(1);
        await log.Append(Make.Random(80, seed: 5).Skip(50)).CommitAllAsync(NewWriter(time: clock), time: clock);
        clock.Now += TimeSpan.FromHours(5);
        await log.Append(Make.Random(90, seed: 5).Skip(80)).CommitAllAsync(NewWriter(time: clock), time: clock);

        Assert.Equal(90L, await ScalarAsync<long>("select count(distinct processed_at) from crypto_prices_realtime"));
        Assert.Empty(await RowsAsync("select from (select processed_at, lag(processed_at) over (order by kafka_offset) as before from crypto_prices_realtime) r where processed_at <= before"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Empty((await new LedgerAudit(Database, clock).CheckAsync(default))!);
    }

    [Fact]
    public async Task A_sparse_id_is_the_same_trade_when_another_channel_rounds_its_time()
    {
        var log = new BronzeLog().Append(Make.Trade(1000, "10:00:00.700", source: "gemini"), Make.Trade(3000, "10:00:05", source: "gemini"));
        await log.CommitAllAsync(NewWriter());
        await log.Append(Make.Trade(1000, "10:00:00", source: "gemini"), Make.Trade(2000, "10:00:00", source: "gemini")).CommitAllAsync(NewWriter());

        Assert.Equal(["1000", "2000", "3000"], await RowsAsync("select trade_id from crypto_prices_realtime order by 1"));
    }

    [Theory]
    [InlineData("gemini", false)]
    [InlineData("kraken-sim", true)]
    [InlineData("coinbase-advanced", true)]
    [InlineData("coinbase-advanced-replay", true)]
    [InlineData("some-venue", false)]
    public void Whether_ids_are_contiguous_is_the_venues_own(string source, bool contiguous) => Assert.Equal(contiguous, Venue.OfSource(source).ContiguousTradeIds);
}
