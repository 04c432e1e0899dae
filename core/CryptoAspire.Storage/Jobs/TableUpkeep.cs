using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Jobs;

/// <summary>What autovacuum does not do, or has not come to.</summary>
public sealed class TableUpkeep(NpgsqlDataSource database)
{
    private const long FewDeadRows = 10_000;
    private const long FewChangedRows = 1_000;

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
        return await command.ListAsync(static reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), cancel);
    }

    /// <summary>
    /// Our tables of which more than a tenth has changed since they were last analyzed, and autovacuum, which waits for as much, has not come;
    /// the largest change first. Silver's days are left out: what they hold is told by <see cref="AnalyzeSilverAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<(string Table, long Changed, long Live)>> ChangedAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select quote_ident(relname), n_mod_since_analyze, n_live_tup
            from pg_stat_user_tables
            where schemaname = 'public' and n_mod_since_analyze > greatest($1, n_live_tup / 10)
              and not exists (select from silver_partition p where p.name = relname)
            order by n_mod_since_analyze desc
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = FewChangedRows });
        return await command.ListAsync(static reader => (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), cancel);
    }

    /// <summary>Analyzes a table that <see cref="ChangedAsync"/> named.</summary>
    public async Task AnalyzeAsync(string table, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"analyze {table}");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Vacuums a table that <see cref="BloatedAsync"/> named.</summary>
    public async Task VacuumAsync(string table, CancellationToken cancel)
    {
        await using var command = database.CreateCommand($"vacuum (analyze) {table}");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
