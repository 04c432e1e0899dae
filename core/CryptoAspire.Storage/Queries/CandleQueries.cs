using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads candles.</summary>
public sealed class CandleQueries(NpgsqlDataSource database)
{
    /// <summary>
    /// The candles whose start is in [from, to), oldest first. When the limit is smaller than what is there, the newest are kept.
    /// </summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="venue">A source, or <see cref="Venue.All"/>.</param>
    /// <param name="interval">The candles' length.</param>
    /// <param name="from">The earliest start, inclusive; null without a bound.</param>
    /// <param name="to">The latest start, exclusive; null without a bound.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<Candle>> ReadAsync(
        string symbol, string venue, Interval interval, DateTimeOffset? from, DateTimeOffset? to, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, revision, status
            from candle
            where symbol = $1 and venue = $2 and interval = $3
              and start >= coalesce($4, '-infinity'::timestamptz) and start < coalesce($5, 'infinity'::timestamptz)
            order by start desc
            limit $6
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
        command.Parameters.Add(new NpgsqlParameter { Value = from?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = to?.ToUniversalTime() ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var candles = new List<Candle>();
        while (await reader.ReadAsync(cancel))
            candles.Add(CandleRow.Read(reader));
        candles.Reverse();
        return candles;
    }
}
