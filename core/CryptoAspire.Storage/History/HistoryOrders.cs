using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.History;

/// <summary>SQL on <c>history_request</c> for those who ask for history, and look how far it is.</summary>
public sealed class HistoryOrders(NpgsqlDataSource database)
{
    internal const string Columns =
        "r.id, r.source, r.symbol, r.what, r.from_time, r.to_time, r.reason, r.requested_by, r.requested_at, r.state, r.next_time, r.next_id, r.pages, r.items, r.detail, r.finished_at";

    /// <summary>Asks for a range; the id of the request.</summary>
    /// <param name="what"><see cref="HistoryRequest.Candles"/> or <see cref="HistoryRequest.Trades"/>.</param>
    public async Task<long> AddAsync(string source, string symbol, string what, DateTimeOffset from, DateTimeOffset to, string requestedBy, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into history_request (source, symbol, what, from_time, to_time, next_time, reason, requested_by)
            values ($1, $2, $3, $4, $5, $4, $6, $7)
            returning id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = what });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = HistoryRequest.Asked });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = requestedBy });
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>The newest requests below an id, newest first.</summary>
    public async Task<IReadOnlyList<HistoryRequest>> ListAsync(long before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"select {Columns} from history_request r where r.id < $1 order by r.id desc limit $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(Read, cancel);
    }

    /// <summary>Null when there is none of that id.</summary>
    public async Task<HistoryRequest?> FindAsync(long id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"select {Columns} from history_request r where r.id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (await command.ListAsync(Read, cancel)).SingleOrDefault();
    }

    /// <summary>Stops a request; what came stays. False when it has ended already.</summary>
    public async Task<bool> CancelAsync(long id, string by, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "update history_request set state = 'cancelled', detail = 'cancelled by ' || $2, finished_at = now() where id = $1 and state in ('open', 'running')");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = by });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    /// <summary>What there is of that range already.</summary>
    public async Task<HistoryPreview> PreviewAsync(string source, string symbol, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with live as (
                select start from candle where symbol = $1 and venue = $2 and interval = '1m' and start >= $3 and start < $4
            ), past as (
                select distinct c.start
                from history_series s
                join history_candle c on c.series_id = s.id
                where s.symbol = $1 and s.venue = $2 and s.interval = '1m' and c.start >= $3 and c.start < $4
            )
            select (select count(*) from live), (select count(*) from past), (select count(*) from (select start from live union select start from past) b)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var minutes = (long)Math.Ceiling((to - from).TotalMinutes);
        return new HistoryPreview(minutes, reader.GetInt64(0), reader.GetInt64(1), Math.Max(0, minutes - reader.GetInt64(2)));
    }

    internal static HistoryRequest Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetString(6),
        reader.GetString(7), reader.GetFieldValue<DateTimeOffset>(8), reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10), reader.Nullable<long>(11), reader.GetInt64(12),
        reader.GetInt64(13), reader.Text(14), reader.Nullable<DateTimeOffset>(15));
}
