using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>Token buckets that several processes share, one row each; the row's lock makes taking from it atomic, the database's clock is everybody's.</summary>
public sealed class RequestBudgets(NpgsqlDataSource database)
{
    /// <summary>Takes the weight, or says how long to wait before asking again; zero when it was taken.</summary>
    /// <param name="burst">The bucket's size, which it has at the beginning.</param>
    public async Task<TimeSpan> TakeAsync(string name, double burst, double perSecond, double weight, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with made as (
                insert into request_budget (name, tokens, filled_at) values ($1, $2, clock_timestamp()) on conflict do nothing
            ), now as (
                select clock_timestamp() as at
            ), current as (
                select b.name, b.blocked_until, least($2, b.tokens + extract(epoch from now.at - b.filled_at)::double precision * $3) as filled, now.at
                from request_budget b, now
                where b.name = $1
                for update of b
            )
            update request_budget b
            set tokens = case when c.blocked_until <= c.at and c.filled >= least($4, $2) then c.filled - $4 else c.filled end, filled_at = greatest(c.at, b.filled_at)
            from current c
            where b.name = c.name
            returning case
                when c.blocked_until > c.at then extract(epoch from c.blocked_until - c.at)::double precision
                when c.filled < least($4, $2) then (least($4, $2) - c.filled) / $3
                else 0 end
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = burst });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = perSecond });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = weight });
        // Null: the row was made by this very statement, which cannot see it yet; the next call can.
        return await command.ExecuteScalarAsync(cancel) is double seconds ? TimeSpan.FromSeconds(seconds) : await TakeAsync(name, burst, perSecond, weight, cancel);
    }

    /// <summary>Nobody asks for so long.</summary>
    public async Task BlockAsync(string name, TimeSpan pause, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into request_budget as b (name, tokens, filled_at, blocked_until)
            values ($1, 0, clock_timestamp(), clock_timestamp() + $2)
            on conflict (name) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = pause });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
