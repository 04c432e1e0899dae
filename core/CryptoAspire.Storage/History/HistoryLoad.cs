using CryptoAspire.Market;
using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.History;

/// <summary>
/// One file's candles on their way into <c>history_candle</c>: binary COPY into a staging table, then one merge, all in one transaction. A file is imported
/// as a whole or not at all, and a second time changes nothing. Not for concurrent use.
/// </summary>
public sealed class HistoryLoad : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly HistoryStaging _staging;

    private HistoryLoad(NpgsqlConnection connection, NpgsqlTransaction transaction, HistoryStaging staging)
    {
        _connection = connection;
        _transaction = transaction;
        _staging = staging;
    }

    /// <exception cref="NpgsqlException">PostgreSQL is away.</exception>
    public static async Task<HistoryLoad> BeginAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancel);
            return new HistoryLoad(connection, transaction, await HistoryStaging.OpenAsync(connection, cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds one candle.</summary>
    /// <param name="line">Where it stands in the file.</param>
    public void Add(long line, in HistoryBar bar) => _staging.Add(line, bar);

    /// <summary>Merges what was added, and commits.</summary>
    /// <param name="series">What the candles are of.</param>
    /// <param name="file">Where they are from.</param>
    /// <param name="counts">What became of the file's rows before they got here.</param>
    /// <param name="contradicts">Told of every row that has the start of an earlier one (its line is the second argument) and other values; it is not written.</param>
    /// <param name="cancel">Stops it; nothing is changed then.</param>
    public async Task<LoadResult> CommitAsync(HistorySeries series, HistoryFile file, LoadCounts counts, Action<long, long> contradicts, CancellationToken cancel)
    {
        // 1. Each start once.
        await _staging.CompleteAsync(cancel);
        var (repeated, contradicting) = _staging.IsOrdered ? (0, 0) : await _staging.FindRepeatedAsync(contradicts, cancel);
        var candles = _staging.Rows - repeated - contradicting;

        // 2. The merge, while nobody else writes the series.
        var id = await series.LockAsync(_connection, cancel);
        var import = await NoteAsync(file, id, cancel);
        var (added, changed) = candles == 0 ? (0, 0) : await MergeAsync(id, import.Id, isUnique: candles == _staging.Rows, cancel);
        var result = new LoadResult(candles, added, changed, repeated, contradicting);
        if (import.Runs == 1)
            await CountAsync(import.Id, counts, result, cancel);

        // 3. All of it, or nothing.
        await _transaction.CommitAsync(cancel);
        return result;
    }

    /// <summary>What was not committed is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _staging.DisposeAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<(long New, long Changed)> MergeAsync(int series, long import, bool isUnique, CancellationToken cancel)
    {
        // Where there is nothing of the series yet, nothing can be in conflict: that is the faster statement.
        await using var exists = new NpgsqlCommand("select exists (select from history_candle where series_id = $1 and start between $2 and $3)", _connection);
        exists.Parameters.Add(new NpgsqlParameter<int> { TypedValue = series });
        exists.Parameters.Add(Time(_staging.FirstUs));
        exists.Parameters.Add(Time(_staging.LastUs));
        var isMerge = (bool)(await exists.ExecuteScalarAsync(cancel))!;

        // Sorted by the key, so that the index grows at its end.
        var staged = isUnique ? "select * from history_staging order by start" : "select distinct on (start) * from history_staging order by start, line";
        var insert =
            $"""
             insert into history_candle as c (series_id, start, open, high, low, close, volume, notional, buy_volume, trade_count, import_id)
             select $1, start, open, high, low, close, volume, notional, buy_volume, trade_count, $2 from ({staged}) s
             """;
        await using var command = new NpgsqlCommand(
            isMerge
                ? $"""
                   with written as (
                       {insert}
                       {HistoryStatements.OnConflict}
                       returning xmax = 0 as is_new
                   )
                   select count(*) filter (where is_new), count(*) filter (where not is_new) from written
                   """
                : insert,
            _connection)
        {
            CommandTimeout = 0, // a file may have a hundred million rows
        };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = series });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = import });
        if (!isMerge)
            return (await command.ExecuteNonQueryAsync(cancel), 0);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task<(long Id, int Runs)> NoteAsync(HistoryFile file, int series, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into history_import as i (file, entry, sha256, series_id)
            values ($1, $2, $3, $4)
            on conflict (sha256, entry, series_id) do update set runs = i.runs + 1, last_run_at = now()
            returning id, runs
            """,
            _connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = file.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = file.Entry });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = file.Sha256 });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = series });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt32(1));
    }

    private async Task CountAsync(long import, LoadCounts counts, LoadResult result, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            update history_import
            set rows_read = $2, rows_rejected = $3, rows_empty = $4, rows_repeated = $5, candles = $6, candles_new = $7, candles_changed = $8, first_start = $9, last_start = $10
            where id = $1
            """,
            _connection);
        foreach (var value in new[] { import, counts.Read, counts.Rejected + result.Contradicting, counts.Empty, result.Repeated, result.Candles, result.New, result.Changed })
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        command.Parameters.Add(Time(_staging.Rows > 0 ? _staging.FirstUs : null));
        command.Parameters.Add(Time(_staging.Rows > 0 ? _staging.LastUs : null));
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlParameter Time(long? us) => new()
    {
        Value = us is { } known ? UnixMicroseconds.ToTime(known) : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };
}
