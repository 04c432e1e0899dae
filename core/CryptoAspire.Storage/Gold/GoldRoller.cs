using Npgsql;

namespace CryptoAspire.Storage.Gold;

/// <summary>
/// Rolls the buckets that Silver marked dirty: each is computed anew from its candles and replaced, so a run may be repeated, a late trade
/// re-rolls just its buckets, and a scheduler that was down finds everything that it missed.
/// </summary>
public sealed class GoldRoller(NpgsqlDataSource database, TimeProvider time)
{
    // Small, because Silver waits for our lock when it marks one of these buckets again.
    private const int BucketsAtOnce = 100;

    private const string TakeBuckets =
        """
        delete from dirty_bucket d
        using (select grain, symbol, start from dirty_bucket where grain = $1 order by symbol, start limit $2 for update skip locked) t
        where d.grain = t.grain and d.symbol = t.symbol and d.start = t.start
        returning d.symbol, d.start
        """;

    private const string RollTenMinutes =
        """
        insert into gold_10min_metrics as g
              (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
        select t.start, t.symbol,
               round(sum(c.price_sum) / sum(c.trade_count), 12), min(c.low), max(c.high),
               sum(c.volume), round(sum(c.volume) / sum(c.trade_count), 12),
               case when sum(c.trade_count) > 1 then
                   round(sqrt(greatest(0, (sum(c.trade_count) * sum(c.price_square_sum) - sum(c.price_sum) * sum(c.price_sum))
                                          / (sum(c.trade_count) * (sum(c.trade_count) - 1)))), 8) end,
               sum(c.trade_count), round(sum(c.notional) / nullif(sum(c.volume), 0), 12),
               (array_agg(c.open order by c.start))[1], (array_agg(c.close order by c.start desc))[1], $3
        from unnest($1, $2) as t (symbol, start)
        join candle c on c.symbol = t.symbol and c.venue = '*' and c.interval = '5m' and c.start >= t.start and c.start < t.start + interval '10 minutes'
        group by t.symbol, t.start
        on conflict (symbol, window_start) do update
        set avg_price = excluded.avg_price, min_price = excluded.min_price, max_price = excluded.max_price,
            total_volume = excluded.total_volume, avg_volume = excluded.avg_volume, price_volatility = excluded.price_volatility,
            record_count = excluded.record_count, vwap = excluded.vwap, open = excluded.open, close = excluded.close, created_at = excluded.created_at
        """;

    private const string RollHours =
        """
        insert into gold_hourly_metrics as g
              (hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent,
               record_count, vwap, open, close, created_at)
        select t.start, t.symbol,
               round(c.price_sum / c.trade_count, 12), c.low, c.high,
               c.volume, round(c.volume / c.trade_count, 12),
               c.close - c.open, round(100 * (c.close - c.open) / c.open, 8),
               c.trade_count, round(c.notional / nullif(c.volume, 0), 12), c.open, c.close, $3
        from unnest($1, $2) as t (symbol, start)
        join candle c on c.symbol = t.symbol and c.venue = '*' and c.interval = '1h' and c.start = t.start
        on conflict (symbol, hour_timestamp) do update
        set avg_price = excluded.avg_price, min_price = excluded.min_price, max_price = excluded.max_price,
            total_volume = excluded.total_volume, avg_volume = excluded.avg_volume, price_change = excluded.price_change,
            price_change_percent = excluded.price_change_percent, record_count = excluded.record_count, vwap = excluded.vwap,
            open = excluded.open, close = excluded.close, created_at = excluded.created_at
        """;

    /// <summary>Rolls until no bucket of the grain is dirty.</summary>
    /// <returns>How many buckets were rolled.</returns>
    public async Task<long> RollAsync(GoldGrain grain, CancellationToken cancel)
    {
        var total = 0L;
        while (true)
        {
            var rolled = await RollSomeAsync(grain, cancel);
            total += rolled;
            if (rolled < BucketsAtOnce)
                return total;
        }
    }

    // Two statements, because the candles must be read after the buckets are locked: only then is every commit that marked them visible.
    private async Task<int> RollSomeAsync(GoldGrain grain, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (symbols, starts) = await TakeAsync(connection, grain, cancel);
        if (symbols.Count == 0)
            return 0;

        await using var roll = new NpgsqlCommand(grain == GoldGrain.Hour ? RollHours : RollTenMinutes, connection);
        roll.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. symbols] });
        roll.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. starts] });
        roll.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        await roll.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return symbols.Count;
    }

    private static async Task<(List<string> Symbols, List<DateTimeOffset> Starts)> TakeAsync(NpgsqlConnection connection, GoldGrain grain, CancellationToken cancel)
    {
        await using var take = new NpgsqlCommand(TakeBuckets, connection);
        take.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grain == GoldGrain.Hour ? "hourly" : "10min" });
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BucketsAtOnce });
        await using var reader = await take.ExecuteReaderAsync(cancel);
        var (symbols, starts) = (new List<string>(), new List<DateTimeOffset>());
        while (await reader.ReadAsync(cancel))
        {
            symbols.Add(reader.GetString(0));
            starts.Add(reader.GetFieldValue<DateTimeOffset>(1));
        }

        return (symbols, starts);
    }
}
