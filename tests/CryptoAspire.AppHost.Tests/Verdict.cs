using System.Globalization;
using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.AppHost.Tests;

/// <summary>Whether a system that has replayed <see cref="Captures"/> holds exactly what it should.</summary>
internal static class Verdict
{
    private const string From = "2024-08-08T23:50:00Z", To = "2024-08-09T00:05:00Z";

    public static async Task EverythingIsRightAsync(RunningSystem system)
    {
        await EachTradeIsInSilverOnceAsync(system);
        foreach (var symbol in Captures.TradeIds.Keys)
            await CandlesAreTheReferenceAsync(system, symbol);
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
        Assert.Equal(0, await system.CountAsync("select from quarantine"));
        await GoldFollowsFromSilverAsync(system);
    }

    public static async Task EachTradeIsInSilverOnceAsync(RunningSystem system)
    {
        foreach (var (symbol, ids) in Captures.TradeIds)
        {
            List<long> stored = [];
            await using var command = system.Database.CreateCommand("select trade_id from crypto_prices_realtime where symbol = $1 and source = 'binance-replay' and trade_id is not null");
            command.Parameters.AddWithValue(symbol);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                stored.Add(reader.GetInt64(0));
            Assert.Equal(ids.Count, stored.Count);
            Assert.True(ids.SetEquals(stored), $"{symbol}: Silver holds other trades than the capture");
        }

        Assert.Equal(Captures.TradeCount, await system.ScalarAsync<long>("select count(*) from crypto_prices_realtime where trade_id is not null"));
    }

    public static async Task CandlesAreTheReferenceAsync(RunningSystem system, string symbol)
    {
        var answer = await system.ApiAsync($"/api/v1/candles/{symbol}?interval=1m&from={From}&to={To}");
        Assert.Equal((symbol, "*", "1m"), (answer.GetProperty("symbol").GetString(), answer.GetProperty("venue").GetString(), answer.GetProperty("interval").GetString()));
        List<ReferenceCandle> candles = [];
        foreach (var candle in answer.GetProperty("candles").EnumerateArray())
        {
            var start = candle.GetProperty("start").GetDateTimeOffset();
            var (first, last) = await IdsOfAsync(system, symbol, start);
            candles.Add(new ReferenceCandle(
                start, start.ToUnixTimeMilliseconds(), Number(candle, "open"), Number(candle, "high"), Number(candle, "low"), Number(candle, "close"),
                Number(candle, "volume"), Number(candle, "notional"), decimal.Round(Number(candle, "vwap"), 10), candle.GetProperty("tradeCount").GetInt64(), first, last));
        }

        Assert.Equal(Captures.Candles(symbol), candles);
    }

    /// <summary>Gold is rolled a moment after Silver: waits until no bucket is dirty, then it must be right at once.</summary>
    public static async Task GoldFollowsFromSilverAsync(RunningSystem system)
    {
        await Eventually.Passes(async () => Assert.Equal(0, await system.CountAsync("select from dirty_bucket")), TimeSpan.FromSeconds(60));
        Assert.True(await system.CountAsync("select from gold_10min_metrics") >= 2 * 2);
        Assert.True(await system.CountAsync("select from gold_hourly_metrics") >= 2 * 2);
        Assert.Equal(0, await system.CountAsync(TenMinuteDifferences));
        Assert.Equal(0, await system.CountAsync(HourDifferences));
    }

    private static async Task<(long First, long Last)> IdsOfAsync(RunningSystem system, string symbol, DateTimeOffset start)
    {
        await using var command = system.Database.CreateCommand(
            "select min(trade_id), max(trade_id) from crypto_prices_realtime where symbol = $1 and event_time >= $2 and event_time < $2 + interval '1 minute'");
        command.Parameters.AddWithValue(symbol);
        command.Parameters.AddWithValue(start);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    // Decimals are JSON strings.
    private static decimal Number(JsonElement candle, string name) => decimal.Parse(candle.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    // Gold once more, from the trades themselves and with PostgreSQL's own aggregates: rows that are on one side only.
    private const string TenMinuteDifferences =
        """
        with trade as (
            select symbol, date_bin('10 minutes', event_time, 'epoch') as start, event_time, trade_id, price, size
            from crypto_prices_realtime where trade_id is not null
        ), anew as (
            select start, symbol, round(avg(price), 8), min(price), max(price), sum(size), round(avg(size), 8), round(stddev_samp(price), 6), count(*),
                   round(sum(price * size) / sum(size), 8),
                   (array_agg(price order by event_time, trade_id))[1], (array_agg(price order by event_time desc, trade_id desc))[1]
            from trade group by start, symbol
        ), kept as (
            select window_start, symbol, round(avg_price, 8), min_price, max_price, total_volume, round(avg_volume, 8), round(price_volatility, 6), record_count,
                   round(vwap, 8), open, close
            from gold_10min_metrics
        )
        (table anew except table kept) union all (table kept except table anew)
        """;

    private const string HourDifferences =
        """
        with trade as (
            select symbol, date_trunc('hour', event_time, 'UTC') as start, event_time, trade_id, price, size
            from crypto_prices_realtime where trade_id is not null
        ), fold as (
            select start, symbol, avg(price) as average, min(price) as low, max(price) as high, sum(size) as volume, avg(size) as mean, count(*) as count,
                   sum(price * size) / sum(size) as vwap,
                   (array_agg(price order by event_time, trade_id))[1] as open, (array_agg(price order by event_time desc, trade_id desc))[1] as close
            from trade group by start, symbol
        ), anew as (
            select start, symbol, round(average, 8), low, high, volume, round(mean, 8), close - open, round((close / open - 1) * 100, 6), count, round(vwap, 8), open, close from fold
        ), kept as (
            select hour_timestamp, symbol, round(avg_price, 8), min_price, max_price, total_volume, round(avg_volume, 8), price_change, round(price_change_percent, 6),
                   record_count, round(vwap, 8), open, close
            from gold_hourly_metrics
        )
        (table anew except table kept) union all (table kept except table anew)
        """;
}
