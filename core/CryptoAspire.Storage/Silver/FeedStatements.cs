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

    /// <summary>At which of these event times Silver has a ticker of the feed.</summary>
    public static async Task<HashSet<long>> FindTickersAsync(NpgsqlDataSource database, FeedKey key, long[] timesUs, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            select event_time
            from crypto_prices_realtime
            where event_time between $1 and $2 and symbol = $3 and source = $4 and trade_id is null and event_time = any ($5)
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = UnixMicroseconds.ToTime(timesUs.Min()) });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = UnixMicroseconds.ToTime(timesUs.Max()) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Source });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. timesUs.Select(UnixMicroseconds.ToTime)] });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new HashSet<long>();
        while (await reader.ReadAsync(cancel))
            found.Add(UnixMicroseconds.Of(reader.GetFieldValue<DateTimeOffset>(0)));
        return found;
    }

    /// <summary>Saves feeds, each if its saved revision is still the one that we loaded; else its row is not affected.</summary>
    /// <param name="columns">Where the parameters' room comes from.</param>
    /// <param name="feeds">Sorted, with their batches' times.</param>
    public static NpgsqlBatchCommand Save(ColumnPool columns, IReadOnlyList<(FeedKey Key, Feed Feed, DateTimeOffset Now)> feeds)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into feed_progress as p (source, symbol, first_trade_id, last_trade_id, missing, revision, updated_at)
            select source, symbol, first_trade_id, last_trade_id, missing::int8multirange, revision, updated_at
            from unnest($1, $2, $3, $4, $5, $6, $7) as f (source, symbol, first_trade_id, last_trade_id, missing, revision, updated_at)
            on conflict (source, symbol) do update
            set first_trade_id = excluded.first_trade_id,
                last_trade_id  = excluded.last_trade_id,
                missing        = excluded.missing,
                revision       = excluded.revision,
                updated_at     = excluded.updated_at
            where p.revision = excluded.revision - 1
            """);
        var (sources, symbols) = (columns.Add<string>(command), columns.Add<string>(command));
        var (firsts, lasts, missing) = (columns.Add<long>(command), columns.Add<long>(command), columns.Add<string>(command));
        var (revisions, times) = (columns.Add<long>(command), columns.Add<DateTimeOffset>(command));
        foreach (var (key, feed, now) in feeds)
        {
            sources.Add(key.Source);
            symbols.Add(key.Symbol);
            firsts.Add(feed.Progress.FirstTradeId);
            lasts.Add(feed.Progress.LastTradeId);
            missing.Add(Multirange(feed.Progress.Missing));
            revisions.Add(feed.Revision + 1);
            times.Add(now);
        }

        return command;
    }

    /// <summary>Records the holes that the batches opened.</summary>
    public static NpgsqlBatchCommand OpenGaps(ColumnPool columns, IReadOnlyList<(FeedKey Key, Feed Feed, DateTimeOffset Now)> feeds)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into gap (source, symbol, first_trade_id, last_trade_id, opened_at)
            select * from unnest($1, $2, $3, $4, $5)
            """);
        var (sources, symbols) = (columns.Add<string>(command), columns.Add<string>(command));
        var (firsts, lasts, times) = (columns.Add<long>(command), columns.Add<long>(command), columns.Add<DateTimeOffset>(command));
        foreach (var (key, feed, now) in feeds)
        {
            foreach (var (first, last) in feed.NewGaps)
            {
                sources.Add(key.Source);
                symbols.Add(key.Symbol);
                firsts.Add(first);
                lasts.Add(last);
                times.Add(now);
            }
        }

        return command;
    }

    /// <summary>Closes the gaps of which nothing is missing any more, of the feeds that filled a hole.</summary>
    public static NpgsqlBatchCommand CloseGaps(ColumnPool columns, IReadOnlyList<(FeedKey Key, Feed Feed, DateTimeOffset Now)> feeds)
    {
        var command = new NpgsqlBatchCommand(
            """
            update gap g
            set closed_at = f.closed_at
            from unnest($1, $2, $3, $4) as f (source, symbol, missing, closed_at)
            where g.source = f.source and g.symbol = f.symbol and g.closed_at is null
              and not (f.missing::int8multirange && int8range(g.first_trade_id, g.last_trade_id, '[]'))
            """);
        var (sources, symbols) = (columns.Add<string>(command), columns.Add<string>(command));
        var (missing, times) = (columns.Add<string>(command), columns.Add<DateTimeOffset>(command));
        foreach (var (key, feed, now) in feeds)
        {
            if (!feed.FilledHole)
                continue;
            sources.Add(key.Source);
            symbols.Add(key.Symbol);
            missing.Add(Multirange(feed.Progress.Missing));
            times.Add(now);
        }

        return command;
    }

    // As text: Npgsql has no arrays of multiranges.
    private static string Multirange(MissingIds missing) =>
        missing.Ranges.Count == 0 ? "{}" : $"{{{string.Join(',', missing.Ranges.Select(static range => $"[{range.First},{range.Last}]"))}}}";

    // PostgreSQL keeps int8 ranges as [lower, upper).
    private static (long First, long Last) Closed(NpgsqlRange<long> range) =>
        (range.LowerBoundIsInclusive ? range.LowerBound : range.LowerBound + 1, range.UpperBoundIsInclusive ? range.UpperBound : range.UpperBound - 1);
}
