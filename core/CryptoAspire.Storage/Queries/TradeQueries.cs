using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads trades from Silver.</summary>
public sealed class TradeQueries(NpgsqlDataSource database)
{
    // Silver has no b-tree by symbol (it would cost the hot path): look near the symbol's newest event first, then wider.
    private static readonly TimeSpan[] Reaches = [TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10), TimeSpan.FromDays(1)];

    /// <summary>The newest trades of a symbol over all sources, newest first; from its last 24 hours at most.</summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<Trade>> RecentAsync(string symbol, int count, CancellationToken cancel)
    {
        IReadOnlyList<Trade> trades = [];
        if (await NewestEventAsync(symbol, cancel) is not { } newest)
            return trades;
        foreach (var reach in Reaches)
        {
            trades = await ReadAsync(symbol, newest - reach, newest, count, cancel);
            if (trades.Count >= count)
                break;
        }

        return trades;
    }

    private async Task<DateTimeOffset?> NewestEventAsync(string symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select max(event_time) from latest_price where symbol = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.Nullable<DateTimeOffset>(0) : null;
    }

    private async Task<IReadOnlyList<Trade>> ReadAsync(string symbol, DateTimeOffset from, DateTimeOffset to, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select source, trade_id, event_time, received_at, price, size, side, iteration
            from crypto_prices_realtime
            where symbol = $1 and trade_id is not null and event_time >= $2 and event_time <= $3
            order by event_time desc, source desc, trade_id desc
            limit $4
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        var canonical = Symbol.Parse(symbol);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var trades = new List<Trade>();
        while (await reader.ReadAsync(cancel))
        {
            trades.Add(new Trade
            {
                Symbol = canonical,
                Source = reader.GetString(0),
                TradeId = reader.GetInt64(1),
                EventTimeUs = UnixMicroseconds.Of(reader.GetFieldValue<DateTimeOffset>(2)),
                ReceivedUs = reader.Nullable<DateTimeOffset>(3) is { } received ? UnixMicroseconds.Of(received) : 0,
                Price = reader.GetDecimal(4),
                Size = reader.GetDecimal(5),
                Side = reader.GetString(6) == "buy" ? Side.Buy : Side.Sell,
                Iteration = reader.GetInt64(7),
            });
        }

        return trades;
    }
}
