using System.Data;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Quality;

/// <summary>
/// Looks at the data. Every query has a transaction of its own that can only read, as the role crypto_reader where we may take it, and a
/// limit on its time: a bad expectation costs its own result and nothing else.
/// </summary>
internal sealed class QualityReader(NpgsqlDataSource database, TimeSpan longestQuery)
{
    // One query at a time, a few times an hour: what does not fit is written to disk and read again.
    private const string WorkMemory = "128MB";

    private bool? _hasReaderRole;

    /// <summary>Looks at all of the expectations; those over the rows of one dataset and window share one pass over it.</summary>
    public async Task<List<QualityOutcome>> ReadAsync(IReadOnlyList<Expectation> expectations, DateTimeOffset now, CancellationToken cancel)
    {
        var outcomes = new List<QualityOutcome>();
        var byRow = expectations.Where(static e => QualityStatements.BadRow(e) is not null).ToList();
        foreach (var shared in byRow.GroupBy(static e => (QualityDataset.Of(e.Rule).Rows, e.Window)))
            outcomes.AddRange(await ScanAsync([.. shared], now, cancel));
        foreach (var expectation in expectations.Except(byRow))
            outcomes.AddRange(await TryAsync(expectation, () => LookAsync(expectation, now, cancel)));
        return outcomes;
    }

    /// <summary>Asks PostgreSQL whether it would take an expectation's SQL.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public async Task<string?> MistakeAsync(Expectation expectation, CancellationToken cancel)
    {
        var sql = QualityStatements.BadRow(expectation) is null
            ? QualityStatements.Of(expectation)
            : QualityStatements.ScanSamples(QualityDataset.Of(expectation.Rule), expectation);
        try
        {
            await QueryAsync($"explain {sql}", expectation.Window, DateTimeOffset.UnixEpoch.AddYears(1), static _ => 0, cancel);
            return null;
        }
        catch (PostgresException failure) when (failure.SqlState.StartsWith("42", StringComparison.Ordinal) || failure.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return failure.MessageText;
        }
    }

    private async Task<List<QualityOutcome>> ScanAsync(IReadOnlyList<Expectation> expectations, DateTimeOffset now, CancellationToken cancel)
    {
        var dataset = QualityDataset.Of(expectations[0].Rule);
        IReadOnlyList<(string Symbol, string Venue, long[] Counts)> rows;
        try
        {
            rows = await QueryAsync(
                QualityStatements.Scan(dataset, expectations),
                expectations[0].Window,
                now,
                reader => (reader.GetString(0), reader.GetString(1), Enumerable.Range(2, 2 * expectations.Count).Select(reader.GetInt64).ToArray()),
                cancel);
        }
        catch (PostgresException) when (expectations.Count > 1)
        {
            // One of them spoils it for all: each by itself, so that only that one fails.
            var alone = new List<QualityOutcome>();
            foreach (var expectation in expectations)
                alone.AddRange(await ScanAsync([expectation], now, cancel));
            return alone;
        }
        catch (PostgresException failure)
        {
            return [Failure(expectations[0], failure)];
        }

        var outcomes = new List<QualityOutcome>();
        for (var i = 0; i < expectations.Count; i++)
        {
            var (expectation, column) = (expectations[i], 2 * i);
            var found = rows.Where(row => row.Counts[column] > 0).Select(row => Outcome(expectation, row.Symbol, row.Venue, row.Counts[column], row.Counts[column + 1])).ToList();
            outcomes.AddRange(found.Any(static outcome => outcome.Failed > 0)
                ? await TryAsync(expectation, () => WithSamplesAsync(dataset, expectation, found, now, cancel))
                : found);
        }

        return outcomes;
    }

    private async Task<List<QualityOutcome>> WithSamplesAsync(QualityDataset dataset, Expectation expectation, List<QualityOutcome> found, DateTimeOffset now, CancellationToken cancel)
    {
        var samples = (await QueryAsync(
            QualityStatements.ScanSamples(dataset, expectation), expectation.Window, now, static reader => (Key: (reader.GetString(0), reader.GetString(1)), Json: reader.GetString(2)), cancel))
            .ToDictionary(static sample => sample.Key, static sample => sample.Json);
        return [.. found.Select(outcome => outcome with { Samples = samples.GetValueOrDefault((outcome.Symbol, outcome.Venue), "[]") })];
    }

    private async Task<List<QualityOutcome>> LookAsync(Expectation expectation, DateTimeOffset now, CancellationToken cancel)
    {
        var outcomes = await QueryAsync(
            QualityStatements.Of(expectation),
            expectation.Window,
            now,
            reader => Outcome(expectation, reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)) is var outcome && reader.IsDBNull(5)
                ? outcome with { Samples = reader.GetString(4) }
                : outcome with { Samples = reader.GetString(4), Score = reader.GetDecimal(5) },
            cancel);

        // Nothing follows from the ids of a venue that leaves some out.
        return expectation.Kind == ExpectationKind.Continuity ? [.. outcomes.Where(static outcome => Venue.OfSource(outcome.Venue).ContiguousTradeIds)] : [.. outcomes];
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, TimeSpan window, DateTimeOffset now, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        _hasReaderRole ??= await HasReaderRoleAsync(connection, cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        await using var limits = new NpgsqlCommand(
            $"set transaction read only; set local work_mem = '{WorkMemory}'; set local statement_timeout = {(long)longestQuery.TotalMilliseconds}{(_hasReaderRole.Value ? "; set local role crypto_reader" : "")}", connection, transaction);
        await limits.ExecuteNonQueryAsync(cancel);

        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - window });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return await command.ListAsync(read, cancel);
    }

    private static async Task<bool> HasReaderRoleAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select pg_has_role(current_user, 'crypto_reader', 'member')", connection);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static async Task<List<QualityOutcome>> TryAsync(Expectation expectation, Func<Task<List<QualityOutcome>>> look)
    {
        try
        {
            return await look();
        }
        catch (PostgresException failure)
        {
            return [Failure(expectation, failure)];
        }
        catch (InvalidCastException failure)
        {
            return [new QualityOutcome(expectation, "*", "*", 0, 0, 0, Error: $"a column is null or of another type than it must be: {failure.Message}")];
        }
    }

    private static QualityOutcome Failure(Expectation expectation, PostgresException failure) =>
        new(expectation, "*", "*", 0, 0, 0, Error: failure.SqlState == PostgresErrorCodes.QueryCanceled ? $"took too long: {failure.MessageText}" : failure.MessageText);

    private static QualityOutcome Outcome(Expectation expectation, string symbol, string venue, long count, long failed) =>
        new(expectation, symbol, venue, count, failed, count == 0 ? 100 : Math.Round(100m * Math.Max(0, count - failed) / count, 2));
}
