using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.Quality;

/// <summary>Looks at every expectation that is enabled, and keeps what was found with the scores that follow from it.</summary>
public sealed class QualityPass(NpgsqlDataSource database, ExpectationCatalog catalog, TimeProvider time)
{
    /// <summary>How long one query may take.</summary>
    public static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(60);

    // Every pass keeps a row an expectation, symbol and venue: those that found nothing are of use for the trend of a day or two.
    private static readonly TimeSpan PassedKept = TimeSpan.FromDays(2);
    private static readonly TimeSpan FailedKept = TimeSpan.FromDays(14);

    private readonly QualityReader _reader = new(database, LongestQuery);

    /// <summary>One pass.</summary>
    /// <param name="run">What the results are kept under: the job's run.</param>
    /// <param name="cancel">Stops it; nothing is kept then.</param>
    public async Task<IReadOnlyList<QualityOutcome>> RunAsync(long run, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var expectations = (await catalog.ReadAsync(cancel)).Where(static e => e.Enabled).ToList();
        var outcomes = await _reader.ReadAsync(expectations, now, cancel);
        await KeepAsync(run, outcomes, now, cancel);
        return outcomes;
    }

    /// <summary>Asks PostgreSQL whether it would take an expectation's SQL.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL cannot be asked.</exception>
    public Task<string?> MistakeAsync(Expectation expectation, CancellationToken cancel) => _reader.MistakeAsync(expectation, cancel);

    private async Task KeepAsync(long run, List<QualityOutcome> outcomes, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);

        // 1. A run that is tried again replaces what it had kept.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from quality_result where run = $1") { Parameters = { new NpgsqlParameter<long> { TypedValue = run } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from quality_score where run = $1") { Parameters = { new NpgsqlParameter<long> { TypedValue = run } } });

        // 2. What was found. A query of the user's own may name a symbol and venue twice.
        batch.BatchCommands.Add(Insert(run, outcomes, now));

        // 3. The scores.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into quality_score (run, symbol, venue, completeness, consistency, freshness, total, at)
            select $1, symbol, venue, max(score) filter (where dimension = 'completeness'), max(score) filter (where dimension = 'consistency'),
                   max(score) filter (where dimension = 'freshness'), round(avg(score), 2), $2
            from (
                select symbol, venue, dimension, round(sum(score * weight) / sum(weight), 2) as score
                from (select *, case severity when 'error' then 3 when 'warning' then 2 else 1 end as weight from quality_result where run = $1 and error is null) r
                group by symbol, venue, dimension
            ) d
            group by symbol, venue
            """)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = run }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        });

        // 4. What is too old.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from quality_result where at < case when passed then $1 else $2 end")
        {
            Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = now - PassedKept }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now - FailedKept } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from quality_score where at < $1") { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = now - FailedKept } } });
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static NpgsqlBatchCommand Insert(long run, List<QualityOutcome> outcomes, DateTimeOffset now) => new(
        """
        insert into quality_result (run, expectation, symbol, venue, dimension, severity, checked, failed, score, passed, samples, error, at)
        select $1, r.expectation, r.symbol, r.venue, r.dimension, r.severity, r.checked, r.failed, r.score, r.passed, r.samples, r.error, $2
        from unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as r (expectation, symbol, venue, dimension, severity, checked, failed, score, passed, samples, error)
        on conflict do nothing
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = run },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            Array(outcomes, static o => o.Expectation.Name),
            Array(outcomes, static o => o.Symbol),
            Array(outcomes, static o => o.Venue),
            Array(outcomes, static o => o.Expectation.Dimension.ToString().ToLowerInvariant()),
            Array(outcomes, static o => o.Expectation.Severity.ToString().ToLowerInvariant()),
            Array(outcomes, static o => o.Checked),
            Array(outcomes, static o => o.Failed),
            Array(outcomes, static o => o.Score),
            Array(outcomes, static o => o.Passed),
            new NpgsqlParameter { Value = outcomes.Select(static o => o.Samples).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
            new NpgsqlParameter { Value = outcomes.Select(static o => o.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        },
    };

    private static NpgsqlParameter<T[]> Array<T>(List<QualityOutcome> outcomes, Func<QualityOutcome, T> of) => new() { TypedValue = outcomes.Select(of).ToArray() };
}
