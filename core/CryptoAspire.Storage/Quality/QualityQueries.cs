using System.Text.Json;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Quality;

/// <summary>Reads scores and what the passes found.</summary>
public sealed class QualityQueries(NpgsqlDataSource database)
{
    private const string Finding =
        """
        select r.id, r.run, r.expectation, e.kind, e.description, e.owner, r.dimension, r.severity, r.symbol, r.venue, r.checked, r.failed, r.score, r.passed, r.samples, r.error, r.at
        from quality_result r
        left join expectation e on e.name = r.expectation
        """;

    /// <summary>The newest scores, of one symbol or all; by symbol and venue.</summary>
    public async Task<IReadOnlyList<QualityScore>> ScoresAsync(string? symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select symbol, venue, completeness, consistency, freshness, total, trend, trend_since, at
            from quality_status
            where $1 is null or symbol = $1
            order by symbol, venue
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = symbol });
        return await command.ListAsync(
            static r => new QualityScore(
                r.GetString(0), r.GetString(1), r.Nullable<decimal>(2), r.Nullable<decimal>(3), r.Nullable<decimal>(4), r.GetDecimal(5), r.Nullable<decimal>(6),
                r.Nullable<DateTimeOffset>(7), r.GetFieldValue<DateTimeOffset>(8)),
            cancel);
    }

    /// <summary>A symbol's scores of the 24 hours before its newest pass, hour by hour, oldest first.</summary>
    public async Task<IReadOnlyList<QualityPoint>> TrendAsync(string symbol, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select venue, date_bin('1 hour', at, timestamptz '1970-01-01 00:00:00+00') as hour,
                   round(avg(completeness), 2), round(avg(consistency), 2), round(avg(freshness), 2), round(avg(total), 2)
            from quality_score
            where symbol = $1 and at > (select max(at) from quality_score where symbol = $1) - interval '24 hours'
            group by venue, hour
            order by hour, venue
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = symbol });
        return await command.ListAsync(
            static r => new QualityPoint(
                r.GetString(0), r.GetFieldValue<DateTimeOffset>(1), r.Nullable<decimal>(2), r.Nullable<decimal>(3), r.Nullable<decimal>(4), r.GetDecimal(5)),
            cancel);
    }

    /// <summary>Results, newest first.</summary>
    public async Task<IReadOnlyList<QualityFinding>> ResultsAsync(QualityFilter filter, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            {Finding}
            where r.id < $1 and ($2::text is null or r.symbol = $2) and ($3::text is null or r.venue = $3) and ($4::text is null or r.expectation = $4)
              and ($5::boolean is null or r.passed = $5)
            order by r.id desc
            limit $6
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = filter.Before });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Symbol });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Venue });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Expectation });
        command.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = filter.Passed });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = filter.Limit });
        return await command.ListAsync(ReadFinding, cancel);
    }

    /// <summary>What the newest pass found, of one symbol or all: what failed first, the worst of it first.</summary>
    /// <param name="symbol">A canonical symbol, or null for all.</param>
    /// <param name="failing">Only what failed.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<IReadOnlyList<QualityFinding>> NewestAsync(string? symbol, bool failing, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            {Finding}
            where r.run = (select run from quality_result order by id desc limit 1) and ($1::text is null or r.symbol = $1) and not ($2 and r.passed)
            order by r.passed, r.error is null, case r.severity when 'error' then 0 when 'warning' then 1 else 2 end, r.score, r.symbol, r.venue, r.expectation
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = symbol });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = failing });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ListAsync(ReadFinding, cancel);
    }

    private static QualityFinding ReadFinding(NpgsqlDataReader r)
    {
        using var samples = JsonDocument.Parse(r.GetString(14));
        return new QualityFinding(
            r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.Text(3), r.Text(4), r.Text(5), r.GetString(6), r.GetString(7), r.GetString(8), r.GetString(9), r.GetInt64(10), r.GetInt64(11),
            r.GetDecimal(12), r.GetBoolean(13), samples.RootElement.Clone(), r.Text(15), r.GetFieldValue<DateTimeOffset>(16));
    }
}
