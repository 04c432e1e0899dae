using System.Globalization;
using CryptoAspire.Storage.Gold;

namespace CryptoAspire.Storage.Tests;

public class SignalRollerTests : SilverDatabase
{
    // The recursive ones by recursion, the others by window functions; from the candles and nothing else. Volatility in double precision.
    private const string Recomputed =
        """
        with recursive bar as (
            select symbol, interval, start, high, low, close, volume, revision,
                   row_number() over w as n, close - lag(close) over w as change, lag(close) over w as previous, ln((close / lag(close) over w)::float8) as r
            from candle where venue = '*'
            window w as (partition by symbol, interval order by start)
        ), seed as (
            select symbol, interval, start, n, close, change, greatest(high - low, abs(high - previous), abs(low - previous)) as tr,
                   sum(close) over (w rows between 11 preceding and current row) as s12, sum(close) over (w rows between 25 preceding and current row) as s26,
                   sum(greatest(change, 0)) over (w rows between 13 preceding and current row) as gains, sum(greatest(-change, 0)) over (w rows between 13 preceding and current row) as losses,
                   sum(greatest(high - low, abs(high - previous), abs(low - previous))) over (w rows between 13 preceding and current row) as ranges
            from bar
            window w as (partition by symbol, interval order by start)
        ), ema as (
            select symbol, interval, n, null::numeric as e12, null::numeric as e26, null::numeric as gain, null::numeric as loss, null::numeric as atr, null::numeric as macd_sum, null::numeric as line
            from seed where n = 1
            union all
            select s.symbol, s.interval, s.n,
                   case when s.n = 12 then round(s.s12 / 12, 18) else round(e.e12 + (s.close - e.e12) * 2 / 13, 18) end,
                   case when s.n = 26 then round(s.s26 / 26, 18) else round(e.e26 + (s.close - e.e26) * 2 / 27, 18) end,
                   case when s.n = 15 then round(s.gains / 14, 18) else round((e.gain * 13 + greatest(s.change, 0)) / 14, 18) end,
                   case when s.n = 15 then round(s.losses / 14, 18) else round((e.loss * 13 + greatest(-s.change, 0)) / 14, 18) end,
                   case when s.n = 14 then round(s.ranges / 14, 18) else round((e.atr * 13 + s.tr) / 14, 18) end,
                   coalesce(e.macd_sum, 0) + coalesce(case when s.n = 26 then round(e.e12 + (s.close - e.e12) * 2 / 13, 18) - round(s.s26 / 26, 18)
                                                           else round(e.e12 + (s.close - e.e12) * 2 / 13, 18) - round(e.e26 + (s.close - e.e26) * 2 / 27, 18) end, 0),
                   case when s.n = 34 then round((e.macd_sum + round(e.e12 + (s.close - e.e12) * 2 / 13, 18) - round(e.e26 + (s.close - e.e26) * 2 / 27, 18)) / 9, 18)
                        else round(e.line + (round(e.e12 + (s.close - e.e12) * 2 / 13, 18) - round(e.e26 + (s.close - e.e26) * 2 / 27, 18) - e.line) * 2 / 10, 18) end
            from ema e join seed s on s.symbol = e.symbol and s.interval = e.interval and s.n = e.n + 1
        )
        select b.symbol, b.interval, b.start, b.close, b.revision,
               case when b.n >= 20 then avg(b.close) over (w rows between 19 preceding and current row) end,
               case when b.n >= 50 then avg(b.close) over (w rows between 49 preceding and current row) end,
               e.e12, e.e26, e.e12 - e.e26, e.line, e.e12 - e.e26 - e.line, 100 * e.gain / nullif(e.gain + e.loss, 0),
               case when b.n >= 20 then avg(b.close) over (w rows between 19 preceding and current row) + 2 * stddev_pop(b.close) over (w rows between 19 preceding and current row) end,
               case when b.n >= 20 then avg(b.close) over (w rows between 19 preceding and current row) - 2 * stddev_pop(b.close) over (w rows between 19 preceding and current row) end,
               e.atr, case when b.n >= 21 then stddev_samp(b.r) over (w rows between 19 preceding and current row) end::numeric,
               case when b.n >= 21 then b.volume / avg(b.volume) over (w rows between 20 preceding and 1 preceding) end
        from bar b join ema e using (symbol, interval, n)
        window w as (partition by b.symbol, b.interval order by b.start)
        order by 1, 2, 3
        """;

    private const string Stored =
        """
        select symbol, interval, start, close, candle_revision, sma_20, sma_50, ema_12, ema_26, macd, macd_signal, macd_histogram, rsi_14,
               bollinger_upper, bollinger_lower, atr_14, volatility_20, volume_spike
        from signal order by 1, 2, 3
        """;

    private GoldRoller Gold => new(Database, TimeProvider.System);

    private SignalRoller Signals => new(Database, TimeProvider.System);

    [Fact]
    public async Task Signals_equal_a_recomputation_in_sql_also_after_late_trades()
    {
        var random = new Random(3);
        var trades = Make.Random(3_000, seed: 11).Select(trade => (trade, late: random.Next(30) == 0)).ToList();
        var log = new BronzeLog().Append(trades.Where(pair => !pair.late).Select(pair => pair.trade));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();
        await AssertSignalsAsync();

        log.Append(trades.Where(pair => pair.late).Select(pair => pair.trade));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();
        await AssertSignalsAsync();
    }

    [Fact]
    public async Task A_late_trade_computes_from_its_own_candle_on_and_of_its_own_symbol_only()
    {
        var log = new BronzeLog().Append(Enumerable.Range(0, 120).Select(i => Make.Trade(i + 1, TimeSpan.FromMinutes(i).ToString(@"hh\:mm\:ss"), 100 + i % 7)));
        log.Append(Make.Trade(1, "00:30:00", symbol: "ETH-USD"));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();
        await ExecuteAsync("update signal set created_at = '2000-01-01Z'");

        log.Append(Make.Trade(500, "01:40:30", 105));
        await log.CommitAllAsync(NewWriter());
        await RollAsync();

        Assert.Equal(["1m|2024-08-08 01:40:00|20", "1h|2024-08-08 01:00:00|1", "1d|2024-08-08 00:00:00|1"],
            (await RowsAsync("select interval, to_char(min(start) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), count(*) from signal where created_at > '2001-01-01Z' and interval in ('1m', '1h', '1d') group by 1 order by 3 desc, 1 desc")));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from signal where symbol = 'ETH-USD' and created_at > '2001-01-01Z'"));
        await AssertSignalsAsync();
        Assert.Equal((0L, 0L), await Signals.RollAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_range_can_be_computed_again_and_the_preview_says_what_that_is()
    {
        await new BronzeLog().Append(Make.Random(800, seed: 5)).CommitAllAsync(NewWriter());
        await RollAsync();
        await ExecuteAsync("update signal set rsi_14 = 1 where symbol = 'BTC-USD' and interval = '1m'");
        var backfill = new GoldBackfill(Database, TimeProvider.System);
        var (from, to) = (DateTimeOffset.Parse("2024-08-08Z", CultureInfo.InvariantCulture), DateTimeOffset.Parse("2024-08-09Z", CultureInfo.InvariantCulture));

        var preview = await backfill.PreviewSignalsAsync(from, to, ["BTC-USD"], 5, CancellationToken.None);
        Assert.Equal((await ScalarAsync<long>("select count(*) from signal where symbol = 'BTC-USD'"), 0L, 5), (preview.Total, preview.Missing, preview.Buckets.Count));
        Assert.Equal(1, await backfill.MarkSignalsAsync(from, to, ["BTC-USD"], CancellationToken.None));
        Assert.Equal(preview.Total, (await Signals.RollAsync(CancellationToken.None)).Written);
        await AssertSignalsAsync();
    }

    private async Task RollAsync()
    {
        await Gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None);
        await Signals.RollAsync(CancellationToken.None);
    }

    private async Task AssertSignalsAsync()
    {
        var expected = await ReadAsync(Recomputed);
        var actual = await ReadAsync(Stored);
        Assert.True(expected.Count > 100);
        Assert.Equal(expected.Select(row => row.Key), actual.Select(row => row.Key));
        foreach (var (want, have) in expected.Zip(actual))
        {
            for (var i = 0; i < want.Values.Length; i++)
            {
                Assert.True(
                    want.Values[i] is { } w && have.Values[i] is { } h ? Math.Abs(w - h) <= 1e-9m * Math.Max(1, Math.Abs(w)) : want.Values[i] is null && have.Values[i] is null,
                    $"{want.Key}, value {i}: {have.Values[i]} instead of {want.Values[i]}");
            }
        }

        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from signal_work"));
    }

    private async Task<List<(string Key, decimal?[] Values)>> ReadAsync(string sql)
    {
        // To places that fit decimal.
        await using var command = Database.CreateCommand(
            $"""
            select c1, c2, c3, c4, c5, {string.Join(", ", Enumerable.Range(6, 13).Select(i => $"round(c{i}, 16)"))}
            from ({sql}) t ({string.Join(", ", Enumerable.Range(1, 18).Select(i => $"c{i}"))}) order by 1, 2, 3
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, decimal?[])>();
        while (await reader.ReadAsync())
        {
            rows.Add((
                $"{reader.GetString(0)} {reader.GetString(1)} {reader.GetDateTime(2):O} {reader.GetInt64(4)}",
                [.. Enumerable.Range(5, 13).Prepend(3).Select(i => reader.IsDBNull(i) ? (decimal?)null : reader.GetDecimal(i))]));
        }

        return rows;
    }
}
