using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>The table of what the producers follow.</summary>
public sealed class TrackedSymbols(NpgsqlDataSource database)
{
    /// <summary>What is to be followed, sorted by symbol and venue.</summary>
    public async Task<IReadOnlyList<TrackedRow>> ListAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select symbol, venue, added_at from tracked_symbol where active order by symbol, venue");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<TrackedRow>();
        while (await reader.ReadAsync(cancel))
            rows.Add(new TrackedRow(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return rows;
    }

    /// <summary>Writes the first wishes into a table that never had any; later ones are the users'.</summary>
    public async Task SeedAsync(IEnumerable<string> symbols, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into tracked_symbol (symbol)
            select distinct s from unnest($1) as s
            where not exists (select from tracked_symbol)
            on conflict do nothing
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. symbols] });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>True when it was not followed before.</summary>
    public async Task<bool> AddAsync(string symbol, string venue, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            insert into tracked_symbol as t (symbol, venue)
            values ($1, $2)
            on conflict (symbol, venue) do update set active = true, changed_at = now(), added_at = now() where not t.active
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    /// <summary>True when it was followed before.</summary>
    public async Task<bool> RemoveAsync(string symbol, string venue, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update tracked_symbol set active = false, changed_at = now() where symbol = $1 and venue = $2 and active");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = venue });
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }
}
