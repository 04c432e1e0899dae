using CryptoAspire.Market;
using Npgsql;
using NpgsqlTypes;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL on <c>feed_progress</c> and <c>gap</c>.</summary>
internal static class FeedStatements
{
    /// <summary>The saved feeds among those asked for.</summary>
    public static async Task<Dictionary<FeedKey, Feed>> LoadAsync(NpgsqlDataSource database, IReadOnlyCollection<FeedKey> keys, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select p.source, p.symbol, p.first_trade_id, p.last_trade_id, p.missing, p.revision
            from feed_progress p
            join unnest($1, $2) as k (source, symbol) using (source, symbol)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = keys.Select(static key => key.Source).ToArray() });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = keys.Select(static key => key.Symbol).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var feeds = new Dictionary<FeedKey, Feed>();
        while (await reader.ReadAsync(cancel))
        {
            var key = new FeedKey(reader.GetString(0), reader.GetString(1));
            var missing = reader.GetFieldValue<NpgsqlRange<long>[]>(4);
            var progress = new FeedProgress(reader.GetInt64(2), reader.GetInt64(3), new MissingIds(missing.Select(Closed)));
            feeds.Add(key, new Feed(progress, Venue.OfSource(key.Source).ContiguousTradeIds, reader.GetInt64(5)));
        }

        return feeds;
    }

    /// <summary>Which of the ids Silver has: for venues whose ids prove nothing.</summary>
    public static async Task<HashSet<long>> FindInSilverAsync(
        NpgsqlDataSource database, FeedKey key, long[] ids, long fromUs, long toUs, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select trade_id
            from crypto_prices_realtime
            where event_time between $1 and $2 and symbol = $3 and source = $4 and trade_id = any ($5)
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = UnixMicroseconds.ToTime(fromUs) });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = UnixMicroseconds.ToTime(toUs) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Source });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new HashSet<long>();
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetInt64(0));
        return found;
    }

    /// <summary>Saves a feed, if its saved revision is still the one that we loaded; else no row is affected.</summary>
    public static NpgsqlBatchCommand Save(FeedKey key, Feed feed, DateTimeOffset now) => new(
        """
        insert into feed_progress as p (source, symbol, first_trade_id, last_trade_id, missing, revision, updated_at)
        values ($1, $2, $3, $4, $5, $6 + 1, $7)
        on conflict (source, symbol) do update
        set first_trade_id = excluded.first_trade_id,
            last_trade_id  = excluded.last_trade_id,
            missing        = excluded.missing,
            revision       = excluded.revision,
            updated_at     = excluded.updated_at
        where p.revision = $6
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = key.Source },
            new NpgsqlParameter<string> { TypedValue = key.Symbol },
            new NpgsqlParameter<long> { TypedValue = feed.Progress.FirstTradeId },
            new NpgsqlParameter<long> { TypedValue = feed.Progress.LastTradeId },
            Multirange(feed.Progress.Missing),
            new NpgsqlParameter<long> { TypedValue = feed.Revision },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };

    /// <summary>Records the holes that the batch opened.</summary>
    public static NpgsqlBatchCommand OpenGaps(FeedKey key, IReadOnlyList<(long First, long Last)> gaps, DateTimeOffset now) => new(
        """
        insert into gap (source, symbol, first_trade_id, last_trade_id, opened_at)
        select $1, $2, g.first, g.last, $5 from unnest($3, $4) as g (first, last)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = key.Source },
            new NpgsqlParameter<string> { TypedValue = key.Symbol },
            new NpgsqlParameter<long[]> { TypedValue = gaps.Select(static gap => gap.First).ToArray() },
            new NpgsqlParameter<long[]> { TypedValue = gaps.Select(static gap => gap.Last).ToArray() },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };

    /// <summary>Closes the gaps of which nothing is missing any more.</summary>
    public static NpgsqlBatchCommand CloseGaps(FeedKey key, FeedProgress progress, DateTimeOffset now) => new(
        """
        update gap
        set closed_at = $4
        where source = $1 and symbol = $2 and closed_at is null and not ($3 && int8range(first_trade_id, last_trade_id, '[]'))
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = key.Source },
            new NpgsqlParameter<string> { TypedValue = key.Symbol },
            Multirange(progress.Missing),
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };

    private static NpgsqlParameter Multirange(MissingIds missing) => new()
    {
        Value = missing.Ranges.Select(static range => new NpgsqlRange<long>(range.First, true, range.Last, true)).ToArray(),
        NpgsqlDbType = NpgsqlDbType.BigIntMultirange,
    };

    // PostgreSQL keeps int8 ranges as [lower, upper).
    private static (long First, long Last) Closed(NpgsqlRange<long> range) =>
        (range.LowerBoundIsInclusive ? range.LowerBound : range.LowerBound + 1, range.UpperBoundIsInclusive ? range.UpperBound : range.UpperBound - 1);
}
