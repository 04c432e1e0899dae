using System.Text.Json;
using CryptoAspire.Storage.Queries;
using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.Quality;

/// <summary>The table <c>expectation</c>.</summary>
public sealed class ExpectationCatalog(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Makes the expectations of a file what the table has of that origin, in one transaction. Rows that others inserted stay, unless the file has the name.</summary>
    public async Task ReplaceAsync(IReadOnlyCollection<Expectation> expectations, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from expectation where origin = 'file' and name <> all ($1)")
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = [.. expectations.Select(static e => e.Name)] } },
        });
        foreach (var expectation in expectations.OrderBy(static e => e.Name, StringComparer.Ordinal))
            batch.BatchCommands.Add(Upsert(expectation, time.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>All expectations, by name.</summary>
    public async Task<IReadOnlyList<Expectation>> ReadAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "select name, kind, dimension, severity, owner, description, enabled, window_seconds, rule from expectation order by name");
        return await command.ListAsync(
            static reader => new Expectation
            {
                Name = reader.GetString(0),
                Kind = Enum.Parse<ExpectationKind>(reader.GetString(1), ignoreCase: true),
                Dimension = Enum.Parse<QualityDimension>(reader.GetString(2), ignoreCase: true),
                Severity = Enum.Parse<ExpectationSeverity>(reader.GetString(3), ignoreCase: true),
                Owner = reader.GetString(4),
                Description = reader.GetString(5),
                Enabled = reader.GetBoolean(6),
                Window = TimeSpan.FromSeconds(reader.GetInt32(7)),
                Rule = JsonSerializer.Deserialize<ExpectationRule>(reader.GetString(8), Expectation.RuleJson)!,
            },
            cancel);
    }

    private static NpgsqlBatchCommand Upsert(Expectation expectation, DateTimeOffset now) => new(
        """
        insert into expectation as e (name, kind, dimension, severity, owner, description, enabled, window_seconds, rule, origin, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'file', $10)
        on conflict (name) do update
        set kind = excluded.kind, dimension = excluded.dimension, severity = excluded.severity, owner = excluded.owner, description = excluded.description,
            enabled = excluded.enabled, window_seconds = excluded.window_seconds, rule = excluded.rule, origin = excluded.origin, changed_at = excluded.changed_at
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = expectation.Name },
            new NpgsqlParameter<string> { TypedValue = expectation.Kind.ToString().ToLowerInvariant() },
            new NpgsqlParameter<string> { TypedValue = expectation.Dimension.ToString().ToLowerInvariant() },
            new NpgsqlParameter<string> { TypedValue = expectation.Severity.ToString().ToLowerInvariant() },
            new NpgsqlParameter<string> { TypedValue = expectation.Owner },
            new NpgsqlParameter<string> { TypedValue = expectation.Description },
            new NpgsqlParameter<bool> { TypedValue = expectation.Enabled },
            new NpgsqlParameter<int> { TypedValue = (int)expectation.Window.TotalSeconds },
            new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(expectation.Rule, Expectation.RuleJson), NpgsqlDbType = NpgsqlDbType.Jsonb },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };
}
