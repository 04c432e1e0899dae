using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.History;

/// <summary>
/// SQL on <c>history_request</c> for the producer that does the work: it takes requests one at a time under a lease, and each page's progress is committed,
/// so that whoever takes over a dead producer's request goes on where it was.
/// </summary>
/// <param name="database">The database <c>crypto</c>.</param>
/// <param name="lease">A request that its worker has not spoken of for so long is anybody's again.</param>
public sealed class HistoryWork(NpgsqlDataSource database, TimeSpan lease)
{
    // One a process: a worker that was thought dead finds that its request is another's.
    private readonly Guid _worker = Guid.NewGuid();

    /// <summary>Takes the source's oldest request that is open, or whose worker died; null when there is none.</summary>
    public async Task<HistoryRequest?> TakeAsync(string source, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
             with next as (
                 select id from history_request
                 where source = $1 and ((state = 'open' and not_before <= now()) or (state = 'running' and touched_at < now() - $2))
                 order by id
                 for update skip locked
                 limit 1
             )
             update history_request r
             set state = 'running', worker = $3, touched_at = now()
             from next
             where r.id = next.id
             returning {HistoryOrders.Columns}
             """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = lease });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _worker });
        return (await command.ListAsync(HistoryOrders.Read, cancel)).SingleOrDefault();
    }

    /// <summary>A page of trades is in Bronze. False: the request was cancelled, or is another's.</summary>
    public async Task<bool> AdvanceAsync(long id, DateTimeOffset nextTime, long nextId, long items, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await AdvanceAsync(connection, id, nextTime, nextId, items, cancel);
    }

    /// <summary>Writes a page of candles with its progress, or neither. False: the request was cancelled, or is another's.</summary>
    public async Task<bool> SaveAsync(long id, HistorySeries series, IReadOnlyList<HistoryBar> bars, DateTimeOffset nextTime, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await AdvanceAsync(connection, id, nextTime, null, bars.Count, cancel))
            return false;
        if (bars.Count > 0)
            await WriteAsync(connection, await series.LockAsync(connection, cancel), bars, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Says that the work goes on, which keeps it ours. False: it was cancelled, or is another's.</summary>
    public async Task<bool> TouchAsync(long id, string detail, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update history_request set touched_at = now(), detail = $3 where id = $1 and worker = $2 and state = 'running'");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _worker });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = detail });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    /// <summary>Ends it.</summary>
    public async Task FinishAsync(long id, bool done, string detail, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "update history_request set state = $3, detail = $4, touched_at = now(), finished_at = now() where id = $1 and worker = $2 and state = 'running'");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _worker });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = done ? "done" : "failed" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = detail });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Of a venue with contiguous ids: the next id above that one which Silver does not have; null when it has never seen the feed.</summary>
    public async Task<long?> NextMissingAsync(string source, string symbol, long id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select case when p.last_trade_id <= $3 then $3 + 1
                        else coalesce((select min(greatest(lower(r), $3 + 1)) from unnest(p.missing) r where upper(r) - 1 > $3), p.last_trade_id + 1) end
            from feed_progress p
            where p.source = $1 and p.symbol = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return await command.ExecuteScalarAsync(cancel) as long?;
    }

    /// <summary>The newest trade before that moment of every symbol that Silver has of a source; told by its one-minute candles.</summary>
    public async Task<IReadOnlyList<LastTrade>> LastTradesAsync(string source, DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select p.symbol, c.close_trade_id, c.close_time
            from feed_progress p
            cross join lateral (
                select close_trade_id, close_time from candle
                where symbol = p.symbol and venue = p.source and interval = '1m' and start < $2 and close_time < $2
                order by start desc
                limit 1
            ) c
            where p.source = $1
            order by p.symbol
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before.ToUniversalTime() });
        return await command.ListAsync(static reader => new LastTrade(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2)), cancel);
    }

    /// <summary>Asks for the trades of a downtime, unless such a request waits or runs. Null: one does.</summary>
    /// <param name="after">The newest trade before it.</param>
    /// <param name="wait">How long the feed has to fetch by itself what it can.</param>
    public async Task<long?> AddDowntimeAsync(string source, LastTrade after, DateTimeOffset from, DateTimeOffset to, TimeSpan wait, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into history_request (source, symbol, what, from_time, to_time, next_time, next_id, not_before, reason, requested_by)
            select $1, $2, 'trades', $3, $4, $3, $5, now() + $6, $7, 'producer'
            where not exists (select from history_request where source = $1 and symbol = $2 and reason = $7 and state in ('open', 'running') and to_time > $3)
            returning id
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after.Symbol });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to.ToUniversalTime() });
        // Only when the range begins at that trade can a venue be asked on from its id.
        command.Parameters.Add(new NpgsqlParameter { Value = from <= after.EventTime ? after.TradeId : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = wait });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = HistoryRequest.Downtime });
        return await command.ExecuteScalarAsync(cancel) as long?;
    }

    private async Task<bool> AdvanceAsync(NpgsqlConnection connection, long id, DateTimeOffset nextTime, long? nextId, long items, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            update history_request
            set next_time = greatest(next_time, least($3, to_time)), next_id = coalesce($4, next_id), pages = pages + 1, items = items + $5, touched_at = now(), detail = null
            where id = $1 and worker = $2 and state = 'running'
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _worker });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = nextTime.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter { Value = nextId is { } known ? known : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = items });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    private static async Task WriteAsync(NpgsqlConnection connection, int series, IReadOnlyList<HistoryBar> bars, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"""
             insert into history_candle as c (series_id, start, open, high, low, close, volume, notional, buy_volume, trade_count)
             select distinct on (start) $1, start, open, high, low, close, volume, notional, buy_volume, trade_count
             from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) as n (start, open, high, low, close, volume, notional, buy_volume, trade_count)
             order by start
             {HistoryStatements.OnConflict}
             """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = series });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. bars.Select(b => UnixMicroseconds.ToTime(b.StartUs))] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. bars.Select(b => b.Open)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. bars.Select(b => b.High)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. bars.Select(b => b.Low)] });
        command.Parameters.Add(new NpgsqlParameter<decimal[]> { TypedValue = [.. bars.Select(b => b.Close)] });
        command.Parameters.Add(new NpgsqlParameter<decimal?[]> { TypedValue = [.. bars.Select(b => b.Volume)] });
        command.Parameters.Add(new NpgsqlParameter<decimal?[]> { TypedValue = [.. bars.Select(b => b.Notional)] });
        command.Parameters.Add(new NpgsqlParameter<decimal?[]> { TypedValue = [.. bars.Select(b => b.BuyVolume)] });
        command.Parameters.Add(new NpgsqlParameter<long?[]> { TypedValue = [.. bars.Select(b => b.TradeCount)] });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
