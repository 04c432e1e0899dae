using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>SQL on <c>venue_candle</c>, the venues' own closed candles.</summary>
public sealed class VenueCandles(NpgsqlDataSource database)
{
    /// <summary>Keeps the candles; what the venue corrected replaces what it said before.</summary>
    public async Task WriteAsync(IReadOnlyCollection<VenueCandle> candles, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into venue_candle as c (source, symbol, interval, start, open, high, low, close, volume, trade_count, is_closed, fetched_at)
            select source, symbol, interval, start, open, high, low, close, volume, trade_count, true, $11
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as n (source, symbol, interval, start, open, high, low, close, volume, trade_count)
            on conflict (source, symbol, interval, start) do update
            set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
                trade_count = excluded.trade_count, fetched_at = excluded.fetched_at
            where (c.open, c.high, c.low, c.close, c.volume, c.trade_count)
                  is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume, excluded.trade_count)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. candles.Select(c => c.Source)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. candles.Select(c => c.Symbol)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. candles.Select(c => c.Interval.Name())] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. candles.Select(c => c.Start)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. candles.Select(c => c.Open)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. candles.Select(c => c.High)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. candles.Select(c => c.Low)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. candles.Select(c => c.Close)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. candles.Select(c => c.Volume)] });
        command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. candles.Select(c => c.TradeCount)] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
