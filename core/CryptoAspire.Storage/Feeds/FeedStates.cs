using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Storage.Feeds;

/// <summary>How the feeds fare, as the producers write it and the API and the dashboard read it.</summary>
public sealed class FeedStates(NpgsqlDataSource database)
{
    private const int MostGaps = 500;

    /// <summary>Replaces the rows of one producer, notes its gaps, and forgets producers that have been gone for an hour.</summary>
    public async Task WriteAsync(IReadOnlyList<FeedStateRow> states, IReadOnlyList<FeedGapRow> gaps, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var state in states)
            batch.BatchCommands.Add(Upsert(state));
        foreach (var gap in gaps)
            batch.BatchCommands.Add(Upsert(gap));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from feed_state where updated_at < now() - interval '1 hour'"));
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes over the sources' open gaps whose producer has not spoken of them for so long; of several that ask, one gets each.</summary>
    public async Task<IReadOnlyList<FeedGapRow>> AdoptAsync(IReadOnlyCollection<string> sources, TimeSpan silent, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            update feed_gap
            set updated_at = now()
            where source = any ($1) and state = 'open' and updated_at < now() - $2
            returning source, instrument, opened_at, first_id, last_id, from_time, to_time, state, reason
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sources] });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = silent });
        return await command.ListAsync(ReadGap, cancel);
    }

    /// <summary>All rows, sorted by source and instance.</summary>
    public async Task<IReadOnlyList<FeedStateRow>> ReadAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select source, instance, venue, state, since, last_problem, last_message_at, messages, messages_per_second, trades, tickers, duplicates, rejected,
                   reconnects, rotations, repaired, gaps_open, gaps_filled, gaps_lost, clock_offset_ms, instruments, refused, updated_at
            from feed_state
            order by source, instance
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<FeedStateRow>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new FeedStateRow
            {
                Source = reader.GetString(0),
                Instance = reader.GetString(1),
                Venue = reader.GetString(2),
                State = reader.GetString(3),
                Since = reader.GetFieldValue<DateTimeOffset>(4),
                LastProblem = reader.IsDBNull(5) ? null : reader.GetString(5),
                LastMessageAt = reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
                Messages = reader.GetInt64(7),
                MessagesPerSecond = reader.GetDouble(8),
                Trades = reader.GetInt64(9),
                Tickers = reader.GetInt64(10),
                Duplicates = reader.GetInt64(11),
                Rejected = reader.GetInt64(12),
                Reconnects = reader.GetInt64(13),
                Rotations = reader.GetInt64(14),
                Repaired = reader.GetInt64(15),
                GapsOpen = reader.GetInt32(16),
                GapsFilled = reader.GetInt64(17),
                GapsLost = reader.GetInt32(18),
                ClockOffsetMs = reader.IsDBNull(19) ? null : reader.GetDouble(19),
                Instruments = reader.GetFieldValue<string[]>(20),
                Refused = reader.GetFieldValue<string[]>(21),
                UpdatedAt = reader.GetFieldValue<DateTimeOffset>(22),
            });
        }

        return rows;
    }

    /// <summary>The newest gaps, open and lost ones first.</summary>
    public async Task<IReadOnlyList<FeedGapRow>> GapsAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select source, instrument, opened_at, first_id, last_id, from_time, to_time, state, reason
            from feed_gap
            order by state = 'filled', opened_at desc
            limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostGaps });
        return await command.ListAsync(ReadGap, cancel);
    }

    private static FeedGapRow ReadGap(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3), reader.GetInt64(4),
        reader.Nullable<DateTimeOffset>(5), reader.Nullable<DateTimeOffset>(6), reader.GetString(7), reader.GetString(8));

    private static NpgsqlBatchCommand Upsert(FeedStateRow row) => new(
        """
        insert into feed_state as f (source, instance, venue, state, since, last_problem, last_message_at, messages, messages_per_second, trades, tickers,
            duplicates, rejected, reconnects, rotations, repaired, gaps_open, gaps_filled, gaps_lost, clock_offset_ms, instruments, refused, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, now())
        on conflict (source, instance) do update
        set (venue, state, since, last_problem, last_message_at, messages, messages_per_second, trades, tickers, duplicates, rejected, reconnects, rotations,
             repaired, gaps_open, gaps_filled, gaps_lost, clock_offset_ms, instruments, refused, updated_at)
          = (excluded.venue, excluded.state, excluded.since, excluded.last_problem, excluded.last_message_at, excluded.messages, excluded.messages_per_second,
             excluded.trades, excluded.tickers, excluded.duplicates, excluded.rejected, excluded.reconnects, excluded.rotations, excluded.repaired,
             excluded.gaps_open, excluded.gaps_filled, excluded.gaps_lost, excluded.clock_offset_ms, excluded.instruments, excluded.refused, excluded.updated_at)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = row.Source },
            new NpgsqlParameter<string> { TypedValue = row.Instance },
            new NpgsqlParameter<string> { TypedValue = row.Venue },
            new NpgsqlParameter<string> { TypedValue = row.State },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = row.Since },
            new NpgsqlParameter<string?> { TypedValue = row.LastProblem },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = row.LastMessageAt },
            new NpgsqlParameter<long> { TypedValue = row.Messages },
            new NpgsqlParameter<double> { TypedValue = row.MessagesPerSecond },
            new NpgsqlParameter<long> { TypedValue = row.Trades },
            new NpgsqlParameter<long> { TypedValue = row.Tickers },
            new NpgsqlParameter<long> { TypedValue = row.Duplicates },
            new NpgsqlParameter<long> { TypedValue = row.Rejected },
            new NpgsqlParameter<long> { TypedValue = row.Reconnects },
            new NpgsqlParameter<long> { TypedValue = row.Rotations },
            new NpgsqlParameter<long> { TypedValue = row.Repaired },
            new NpgsqlParameter<int> { TypedValue = row.GapsOpen },
            new NpgsqlParameter<long> { TypedValue = row.GapsFilled },
            new NpgsqlParameter<int> { TypedValue = row.GapsLost },
            new NpgsqlParameter<double?> { TypedValue = row.ClockOffsetMs },
            new NpgsqlParameter<string[]> { TypedValue = [.. row.Instruments] },
            new NpgsqlParameter<string[]> { TypedValue = [.. row.Refused] },
        },
    };

    private static NpgsqlBatchCommand Upsert(FeedGapRow gap) => new(
        """
        insert into feed_gap (source, instrument, opened_at, first_id, last_id, from_time, to_time, state, reason, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
        on conflict (source, instrument, opened_at, last_id) do update
        set first_id = excluded.first_id, from_time = excluded.from_time, state = excluded.state, reason = excluded.reason, updated_at = excluded.updated_at
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = gap.Source },
            new NpgsqlParameter<string> { TypedValue = gap.Instrument },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = gap.OpenedAt },
            new NpgsqlParameter<long> { TypedValue = gap.FirstId },
            new NpgsqlParameter<long> { TypedValue = gap.LastId },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = gap.FromTime },
            new NpgsqlParameter<DateTimeOffset?> { TypedValue = gap.ToTime },
            new NpgsqlParameter<string> { TypedValue = gap.State },
            new NpgsqlParameter<string> { TypedValue = gap.Reason },
        },
    };
}
