using CryptoAspire.Market.Signals;
using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.Gold;

/// <summary>SQL on <c>signal</c> and <c>signal_work</c>.</summary>
internal static class SignalStatements
{
    // Before any candle; for "from the first bar".
    private static readonly DateTimeOffset TheBeginning = DateTimeOffset.UnixEpoch;

    /// <summary>Takes the work of some symbols: for each the earliest change.</summary>
    public static async Task<List<(string Symbol, DateTimeOffset Start)>> TakeAsync(NpgsqlConnection connection, int symbols, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            with taken as (
                delete from signal_work
                where symbol in (select symbol from signal_work group by symbol order by symbol limit $1)
                returning symbol, start
            )
            select symbol, min(start) from taken group by symbol order by symbol
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = symbols });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var work = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync(cancel))
            work.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return work;
    }

    /// <summary>
    /// For each symbol and interval the first candle from the given time on that has another revision than its signals were computed from,
    /// with the state of the bar before. Where that bar has no signals, everything is computed anew.
    /// </summary>
    public static async Task<List<SignalRange>> ChangedAsync(NpgsqlConnection connection, IReadOnlyCollection<(string Symbol, string Interval, DateTimeOffset Start)> work, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            with changed as materialized (
                select w.symbol, w.interval, min(c.start) as start
                from unnest($1, $2, $3) as w (symbol, interval, start)
                join candle c on c.symbol = w.symbol and c.venue = '*' and c.interval = w.interval and c.start >= w.start
                left join signal s on s.symbol = c.symbol and s.interval = c.interval and s.start = c.start
                where s.candle_revision is distinct from c.revision
                group by w.symbol, w.interval
            )
            select f.symbol, f.interval, f.start, s.bars, s.ema_12, s.ema_26, s.macd_signal, s.average_gain, s.average_loss, s.atr_14
            from changed f
            left join lateral (
                select c.start from candle c where c.symbol = f.symbol and c.venue = '*' and c.interval = f.interval and c.start < f.start order by c.start desc limit 1
            ) p on true
            left join signal s on s.symbol = f.symbol and s.interval = f.interval and s.start = p.start
            order by f.symbol, f.interval
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. work.Select(static w => w.Symbol)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. work.Select(static w => w.Interval)] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. work.Select(static w => w.Start)] });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ranges = new List<SignalRange>();
        while (await reader.ReadAsync(cancel))
        {
            var state = reader.IsDBNull(3)
                ? null
                : new SignalState(reader.GetInt64(3), Number(reader, 4), Number(reader, 5), Number(reader, 6), Number(reader, 7), Number(reader, 8), Number(reader, 9));
            ranges.Add(new SignalRange(reader.GetString(0), reader.GetString(1), state is null ? TheBeginning : reader.GetFieldValue<DateTimeOffset>(2), state));
        }

        return ranges;
    }

    /// <summary>The candles of the ranges and those that look back from them, by symbol, interval and time.</summary>
    public static NpgsqlCommand Candles(NpgsqlConnection connection, IReadOnlyCollection<SignalRange> ranges)
    {
        var command = new NpgsqlCommand(
            """
            select f.number, c.start, c.high, c.low, c.close, c.volume, c.revision
            from unnest($1, $2, $3) with ordinality as f (symbol, interval, start, number)
            cross join lateral (
                (select start, high, low, close, volume, revision
                 from candle where symbol = f.symbol and venue = '*' and interval = f.interval and start < f.start order by start desc limit $4)
                union all
                (select start, high, low, close, volume, revision
                 from candle where symbol = f.symbol and venue = '*' and interval = f.interval and start >= f.start)
            ) c
            order by f.number, c.start
            """,
            connection);
        AddRanges(command, ranges);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SignalCalculator.LookBack });
        return command;
    }

    /// <summary>Replaces the signals of the ranges.</summary>
    public static async Task ReplaceAsync(
        NpgsqlConnection connection, IReadOnlyCollection<SignalRange> ranges, IReadOnlyCollection<SignalRow> rows, DateTimeOffset now, CancellationToken cancel)
    {
        await using (var delete = new NpgsqlCommand(
            "delete from signal s using unnest($1, $2, $3) as f (symbol, interval, start) where s.symbol = f.symbol and s.interval = f.interval and s.start >= f.start", connection))
        {
            AddRanges(delete, ranges);
            await delete.ExecuteNonQueryAsync(cancel);
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy signal (symbol, interval, start, close, candle_revision, bars, created_at, sma_20, sma_50, ema_12, ema_26, macd, macd_signal, macd_histogram,
                         rsi_14, average_gain, average_loss, bollinger_upper, bollinger_lower, atr_14, volatility_20, volume_spike, robust_z)
            from stdin (format binary)
            """,
            cancel);
        foreach (var row in rows)
        {
            var (v, s) = (row.Values, row.Values.State);
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(row.Symbol, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Interval, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(row.Start, NpgsqlDbType.TimestampTz, cancel);
            await copy.WriteAsync(row.Close, NpgsqlDbType.Numeric, cancel);
            await copy.WriteAsync(row.CandleRevision, NpgsqlDbType.Bigint, cancel);
            await copy.WriteAsync(s.Bars, NpgsqlDbType.Bigint, cancel);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz, cancel);
            decimal?[] numbers =
            [
                v.Sma20, v.Sma50, s.Ema12, s.Ema26, v.Macd, s.MacdSignal, v.MacdHistogram, v.Rsi14, s.AverageGain, s.AverageLoss,
                v.BollingerUpper, v.BollingerLower, s.Atr14, v.Volatility20, v.VolumeSpike, v.RobustZ,
            ];
            foreach (var number in numbers)
            {
                if (number is { } value)
                    await copy.WriteAsync(value, NpgsqlDbType.Numeric, cancel);
                else
                    await copy.WriteNullAsync(cancel);
            }
        }

        await copy.CompleteAsync(cancel);
    }

    private static void AddRanges(NpgsqlCommand command, IReadOnlyCollection<SignalRange> ranges)
    {
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. ranges.Select(static r => r.Symbol)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. ranges.Select(static r => r.Interval)] });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. ranges.Select(static r => r.From)] });
    }

    private static decimal? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDecimal(column);
}
