using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads the newest prices.</summary>
public sealed class PriceQueries(NpgsqlDataSource database)
{
    /// <summary>The newest price of each symbol, or of one only; sorted by symbol.</summary>
    /// <param name="symbol">A canonical symbol, or null for all.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<LatestPrice>> LatestAsync(string? symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with newest as (
                select distinct on (symbol) *
                from latest_price
                where $1::text is null or symbol = $1
                order by symbol, event_time desc, source
            )
            select n.symbol, n.source, n.price, n.event_time, n.processed_at, n.bid, n.ask,
                   (select l.volume_24h from latest_price l where l.symbol = n.symbol and l.volume_24h is not null order by l.event_time desc limit 1),
                   coalesce(day.volume, 0),
                   n.price - day.open,
                   round(100 * (n.price - day.open) / day.open, 8),
                   (select array_agg(l.source order by l.source) from latest_price l where l.symbol = n.symbol)
            from newest n
            left join lateral (
                select sum(c.volume) as volume, (array_agg(c.open order by c.start))[1] as open
                from candle c
                where c.symbol = n.symbol and c.venue = '*' and c.interval = '15m'
                  and c.start > n.event_time - interval '24 hours' and c.start <= n.event_time
            ) day on true
            order by n.symbol
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = symbol });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var prices = new List<LatestPrice>();
        while (await reader.ReadAsync(cancel))
        {
            prices.Add(new LatestPrice
            {
                Symbol = reader.GetString(0),
                Source = reader.GetString(1),
                Price = reader.GetDecimal(2),
                EventTime = reader.GetFieldValue<DateTimeOffset>(3),
                ProcessedAt = reader.GetFieldValue<DateTimeOffset>(4),
                Bid = reader.Nullable<decimal>(5),
                Ask = reader.Nullable<decimal>(6),
                VenueVolume24h = reader.Nullable<decimal>(7),
                Volume24h = reader.GetDecimal(8),
                Change24h = reader.Nullable<decimal>(9),
                ChangePercent24h = reader.Nullable<decimal>(10),
                Sources = reader.GetFieldValue<string[]>(11),
            });
        }

        return prices;
    }

    /// <summary>True when the symbol has any price: tells an unknown symbol from a quiet one.</summary>
    public async Task<bool> IsKnownAsync(string symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select exists (select from latest_price where symbol = $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>The closes of the newest one-minute candles of every symbol (all venues), oldest first: a sparkline's points.</summary>
    /// <param name="points">How many a symbol at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<decimal>>> SparklinesAsync(int points, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select s.symbol, array(
                select c.close
                from (select start, close from candle
                      where symbol = s.symbol and venue = '*' and interval = '1m'
                      order by start desc limit $1) c
                order by c.start)
            from (select distinct symbol from latest_price) s
            order by s.symbol
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = points });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new Dictionary<string, IReadOnlyList<decimal>>();
        while (await reader.ReadAsync(cancel))
            lines.Add(reader.GetString(0), reader.GetFieldValue<decimal[]>(1));
        return lines;
    }
}
