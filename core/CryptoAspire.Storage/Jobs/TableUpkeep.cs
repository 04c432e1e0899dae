using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>What autovacuum does not do, or has not come to.</summary>
public sealed class TableUpkeep(NpgsqlDataSource database)
{
    private const long FewDeadRows = 10_000;

    /// <summary>Analyzes Silver's parent table: autovacuum analyzes its partitions only, and the planner needs figures of the whole.</summary>
    public async Task AnalyzeSilverAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("analyze crypto_prices_realtime");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Our tables in which more than half of the rows are dead.</summary>
    public async Task<IReadOnlyList<(string Table, long Dead, long Live)>> BloatedAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select quote_ident(relname), n_dead_tup, n_live_tup
            from pg_stat_user_tables
            where schemaname = 'public' and n_dead_tup > greatest($1, n_live_tup)
            order by n_dead_tup desc
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = FewDeadRows });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var tables = new List<(string, long, long)>();
        while (await reader.ReadAsync(cancel))
            tables.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return tables;
    }

    /// <summary>Vacuums a table that <see cref="BloatedAsync"/> named.</summary>
    public async Task VacuumAsync(string table, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"vacuum (analyze) {table}");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
