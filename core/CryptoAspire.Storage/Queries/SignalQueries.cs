using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads signals.</summary>
public sealed class SignalQueries(NpgsqlDataSource database)
{
    /// <summary>The newest signals of a symbol and interval, oldest first.</summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="interval">The candles' length.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<SignalPoint>> ReadAsync(string symbol, Interval interval, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select start, close, round(sma_20, 12), round(sma_50, 12), round(ema_12, 12), round(ema_26, 12), round(macd, 12), round(macd_signal, 12), round(macd_histogram, 12),
                   rsi_14, bollinger_upper, bollinger_lower, round(atr_14, 12), volatility_20, volume_spike, robust_z, created_at
            from signal
            where symbol = $1 and interval = $2
            order by start desc
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var points = new List<SignalPoint>();
        while (await reader.ReadAsync(cancel))
        {
            decimal? Value(int column) => reader.Nullable<decimal>(column);
            points.Add(new SignalPoint(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetDecimal(1), Value(2), Value(3), Value(4), Value(5), Value(6), Value(7), Value(8), Value(9), Value(10), Value(11),
                Value(12), Value(13), Value(14), Value(15), reader.GetFieldValue<DateTimeOffset>(16)));
        }

        points.Reverse();
        return points;
    }
}
