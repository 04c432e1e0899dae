using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Reads Gold.</summary>
public sealed class MetricsQueries(NpgsqlDataSource database)
{
    /// <summary>The newest ten-minute rows of a symbol, newest first.</summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<TenMinuteMetrics>> TenMinutesAsync(string symbol, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at
            from gold_10min_metrics
            where symbol = $1
            order by window_start desc
            limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadTenMinutesAsync(command, cancel);
    }

    /// <summary>The newest ten-minute rows over all symbols, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<TenMinuteMetrics>> NewestTenMinutesAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at
            from gold_10min_metrics
            order by window_start desc, symbol
            limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadTenMinutesAsync(command, cancel);
    }

    /// <summary>
    /// The hourly rows of a symbol in the hours before its newest one (so that replayed history has rows too), newest first.
    /// </summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="hours">How many hours back, the newest included.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<HourlyMetrics>> HourlyAsync(string symbol, int hours, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume,
                   price_change, price_change_percent, record_count, vwap, open, close, created_at
            from gold_hourly_metrics
            where symbol = $1
              and hour_timestamp > (select max(hour_timestamp) from gold_hourly_metrics where symbol = $1) - make_interval(hours => $2)
            order by hour_timestamp desc
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = hours });
        return await ReadHoursAsync(command, cancel);
    }

    /// <summary>The newest hourly rows over all symbols, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<HourlyMetrics>> NewestHoursAsync(int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume,
                   price_change, price_change_percent, record_count, vwap, open, close, created_at
            from gold_hourly_metrics
            order by hour_timestamp desc, symbol
            limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadHoursAsync(command, cancel);
    }

    /// <summary>The newest daily rows of a symbol, newest first.</summary>
    /// <param name="symbol">A canonical symbol.</param>
    /// <param name="days">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public Task<IReadOnlyList<DailyMetrics>> DailyAsync(string symbol, int days, CancellationToken cancel) => ReadDaysAsync(symbol, days, cancel);

    /// <summary>The newest daily rows over all symbols, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public Task<IReadOnlyList<DailyMetrics>> NewestDaysAsync(int limit, CancellationToken cancel) => ReadDaysAsync(null, limit, cancel);

    private static async Task<IReadOnlyList<TenMinuteMetrics>> ReadTenMinutesAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<TenMinuteMetrics>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new TenMinuteMetrics(
                reader.GetFieldValue<DateTimeOffset>(0),
                reader.GetString(1),
                reader.GetDecimal(2),
                reader.GetDecimal(3),
                reader.GetDecimal(4),
                reader.GetDecimal(5),
                reader.GetDecimal(6),
                reader.Nullable<decimal>(7),
                reader.GetInt64(8),
                reader.Nullable<decimal>(9),
                reader.GetDecimal(10),
                reader.GetDecimal(11),
                reader.GetFieldValue<DateTimeOffset>(12)));
        }

        return rows;
    }

    private static async Task<IReadOnlyList<HourlyMetrics>> ReadHoursAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<HourlyMetrics>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new HourlyMetrics(
                reader.GetFieldValue<DateTimeOffset>(0),
                reader.GetString(1),
                reader.GetDecimal(2),
                reader.GetDecimal(3),
                reader.GetDecimal(4),
                reader.GetDecimal(5),
                reader.GetDecimal(6),
                reader.GetDecimal(7),
                reader.GetDecimal(8),
                reader.GetInt64(9),
                reader.Nullable<decimal>(10),
                reader.GetDecimal(11),
                reader.GetDecimal(12),
                reader.GetFieldValue<DateTimeOffset>(13)));
        }

        return rows;
    }

    private async Task<IReadOnlyList<DailyMetrics>> ReadDaysAsync(string? symbol, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select day, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent, price_volatility,
                   record_count, vwap, notional, buy_volume, open, close, created_at
            from gold_daily_metrics
            where $1::text is null or symbol = $1
            order by day desc, symbol
            limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(
            static r => new DailyMetrics(
                r.GetFieldValue<DateTimeOffset>(0), r.GetString(1), r.GetDecimal(2), r.GetDecimal(3), r.GetDecimal(4), r.GetDecimal(5), r.GetDecimal(6), r.GetDecimal(7), r.GetDecimal(8),
                r.Nullable<decimal>(9), r.GetInt64(10), r.Nullable<decimal>(11), r.GetDecimal(12), r.GetDecimal(13), r.GetDecimal(14), r.GetDecimal(15), r.GetFieldValue<DateTimeOffset>(16)),
            cancel);
    }
}
