using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>SQL on <c>repair_request</c>: producers take requests one at a time, whichever comes first.</summary>
public sealed class RepairRequests(NpgsqlDataSource database)
{
    /// <summary>A request that its producer has not spoken of for so long is anybody's again: that producer died.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Takes the source's oldest open request, or one whose producer died; null when there is none.</summary>
    public async Task<RepairRequest?> TakeAsync(string source, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with next as (
                select id from repair_request
                where source = $1 and (state = 'open' or (state = 'running' and touched_at < now() - $2))
                order by id
                for update skip locked
                limit 1
            )
            update repair_request r
            set state = 'running', touched_at = now()
            from next
            where r.id = next.id
            returning r.id, r.source, r.symbol, r.from_time, r.to_time,
                      (select max(t.trade_id) from crypto_prices_realtime t
                       where t.source = r.source and t.symbol = r.symbol and t.event_time >= r.from_time - interval '1 day' and t.event_time < r.from_time),
                      (select min(t.trade_id) from crypto_prices_realtime t
                       where t.source = r.source and t.symbol = r.symbol and t.event_time >= r.from_time and t.event_time < r.from_time + interval '1 day')
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Lease });
        var taken = await command.ListAsync(
            static reader => new RepairRequest(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4), reader.Nullable<long>(5),
                reader.Nullable<long>(6)),
            cancel);
        return taken.SingleOrDefault();
    }

    /// <summary>Says how far it is, which keeps it ours.</summary>
    public Task ProgressAsync(long id, string detail, CancellationToken cancel) => SetAsync(id, "running", detail, cancel);

    /// <summary>Ends it.</summary>
    public Task FinishAsync(long id, bool done, string detail, CancellationToken cancel) => SetAsync(id, done ? "done" : "failed", detail, cancel);

    private async Task SetAsync(long id, string state, string detail, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update repair_request set state = $2, detail = $3, touched_at = now() where id = $1 and state = 'running'");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = detail });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
