using CryptoAspire.Market;
using CryptoAspire.Storage.Silver;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

public class CaptureTests : SilverDatabase
{
    [SharedDataFact(Captures.Btc, Captures.Eth, Captures.BtcReference, Captures.EthReference)]
    public async Task Recorded_trades_give_the_reference_candles_exactly_and_each_trade_once()
    {
        var trades = Captures.Trades(Captures.Btc).Concat(Captures.Trades(Captures.Eth)).OrderBy(trade => trade.ReceivedUs).ToList();
        await new BronzeLog().Append(trades).CommitAllAsync(NewWriter());

        await AssertRightAsync(trades);
    }

    [SharedDataFact(Captures.Btc, Captures.Eth, Captures.BtcReference, Captures.EthReference)]
    public async Task Repeats_disorder_and_a_failure_at_any_step_change_nothing()
    {
        var trades = Captures.Trades(Captures.Btc).Concat(Captures.Trades(Captures.Eth)).OrderBy(trade => trade.ReceivedUs).ToList();
        var random = new Random(20240808);
        var produced = trades
            .Concat(trades.Where(_ => random.Next(3) == 0))
            .Select((trade, index) => (trade, place: index + random.Next(2000)))
            .OrderBy(pair => pair.place)
            .Select(pair => pair.trade);
        await InstallFaultsAsync();

        await CommitWithFaultsAsync(new BronzeLog().Append(produced), random);

        await AssertRightAsync(trades);
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from gap where closed_at is null"));
    }

    /// <summary>Reads, commits and recovers as the processor does, while every tenth statement's table fails at random.</summary>
    private async Task CommitWithFaultsAsync(BronzeLog log, Random random)
    {
        string[] steps = ["stream_offset", "silver", "feed_progress", "latest_price", "candle", "dirty_bucket", "commit"];
        var failures = 0;
        var writer = NewWriter();
        var next = await writer.TakeOverAsync(CancellationToken.None);
        while (next < log.End)
        {
            if (random.Next(3) == 0)
                await ExecuteAsync($"update fault set step = '{steps[random.Next(steps.Length)]}'");
            try
            {
                var result = await writer.CommitAsync(log.Read(next, random.Next(1, 1500)), CancellationToken.None);
                Assert.True(result.Committed);
                next = random.Next(5) == 0 ? await writer.TakeOverAsync(CancellationToken.None) : result.NextOffset;
            }
            catch (NpgsqlException)
            {
                failures++;
                await ExecuteAsync("update fault set step = ''");
                writer = random.Next(2) == 0 ? NewWriter() : writer;
                next = await writer.TakeOverAsync(CancellationToken.None);
            }
        }

        Assert.True(failures > 3, $"only {failures} failures were met");
    }

    // A trigger on each table of the transaction fails when asked to; the one on commit kills the connection, so that its outcome is unknown.
    private async Task InstallFaultsAsync()
    {
        await ExecuteAsync("select pg_advisory_lock(1); select pg_advisory_unlock(1)");
        await new SilverPartitions(Database).EnsureAsync([UnixMicroseconds.Of(new(2024, 8, 8, 0, 0, 0, default)), UnixMicroseconds.Of(new(2024, 8, 9, 0, 0, 0, default))], CancellationToken.None);
        await ExecuteAsync(
            """
            create table fault (step text);
            insert into fault values ('');
            create function fail() returns trigger language plpgsql as $$
            begin
                if exists (select from fault where step = tg_argv[0]) then
                    if tg_argv[0] = 'commit' then
                        perform pg_terminate_backend(pg_backend_pid());
                    else
                        raise exception 'fault at %', tg_argv[0];
                    end if;
                end if;
                return null;
            end
            $$;
            create trigger f after update on stream_offset                for each statement execute function fail('stream_offset');
            create trigger f after insert on silver_20240808              for each row       execute function fail('silver');
            create trigger f after insert or update on feed_progress      for each statement execute function fail('feed_progress');
            create trigger f after insert or update on latest_price       for each statement execute function fail('latest_price');
            create trigger f after insert or update on candle             for each statement execute function fail('candle');
            create trigger f after insert or update on dirty_bucket       for each statement execute function fail('dirty_bucket');
            create constraint trigger c after update on stream_offset deferrable initially deferred for each row execute function fail('commit');
            """);
    }

    private async Task AssertRightAsync(List<Trade> trades)
    {
        foreach (var (symbol, file) in new[] { ("BTC-USDT", Captures.BtcReference), ("ETH-USDT", Captures.EthReference) })
        {
            Assert.Equal(Captures.Reference(file), await CandlesAsync(symbol, Captures.Source));
            Assert.Equal(Captures.Reference(file), await CandlesAsync(symbol, Venue.All));
        }

        Assert.Equal(trades.Count, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Equal(trades.Count, await ScalarAsync<long>("select count(distinct (symbol, trade_id)) from crypto_prices_realtime"));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
    }

    private async Task<List<ReferenceCandle>> CandlesAsync(string symbol, string venue)
    {
        await using var command = Database.CreateCommand(
            """
            select start, open, high, low, close, volume, notional, round(vwap, 10), trade_count, open_trade_id, close_trade_id
            from candle where symbol = $1 and venue = $2 and interval = '1m' order by start
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        await using var reader = await command.ExecuteReaderAsync();
        var candles = new List<ReferenceCandle>();
        while (await reader.ReadAsync())
        {
            candles.Add(new ReferenceCandle(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetDecimal(1), reader.GetDecimal(2), reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5), reader.GetDecimal(6), reader.GetDecimal(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)));
        }

        return candles;
    }
}
