using Npgsql;

namespace CryptoAspire.Storage.Gold;

/// <summary>
/// Has a range of the past computed again: marks its buckets as Silver would, from the candles that there are. Buckets that overlap
/// [from, to) belong to the range.
/// </summary>
public sealed class GoldBackfill(NpgsqlDataSource database, TimeProvider time)
{
    // $1 from, $2 to, $3 symbols (all when empty).
    private const string Chosen = "c.venue = '*' and c.start < $2 and (cardinality($3) = 0 or c.symbol = any ($3))";

    /// <summary>What <see cref="MarkAsync"/> would mark.</summary>
    /// <param name="grain">The buckets' width.</param>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range, exclusive.</param>
    /// <param name="symbols">Canonical symbols; all when empty.</param>
    /// <param name="most">How many buckets to list.</param>
    /// <param name="cancel">Stops the query.</param>
    public Task<BackfillPreview> PreviewAsync(GoldGrain grain, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols, int most, CancellationToken cancel)
    {
        var (table, start) = grain.Table();
        return ReadPreviewAsync(
            $"""
            select b.symbol, '{grain.Name()}', b.start, b.trades, g.created_at
            from ({Buckets(grain)}) b
            left join {table} g on g.symbol = b.symbol and g.{start} = b.start
            """, from, to, symbols, most, cancel);
    }

    /// <summary>What <see cref="MarkSignalsAsync"/> would have computed.</summary>
    /// <inheritdoc cref="PreviewAsync"/>
    public Task<BackfillPreview> PreviewSignalsAsync(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols, int most, CancellationToken cancel) => ReadPreviewAsync(
        $"""
        select c.symbol, c.interval, c.start, c.trade_count, s.created_at
        from candle c
        left join signal s on s.symbol = c.symbol and s.interval = c.interval and s.start = c.start
        where {Chosen} and c.start + make_interval(secs => extract(epoch from c.interval::interval)::float8) > $1
        """, from, to, symbols, most, cancel);

    /// <summary>Marks the buckets of a range dirty.</summary>
    /// <returns>How many.</returns>
    public async Task<long> MarkAsync(GoldGrain grain, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            insert into dirty_bucket (grain, symbol, start, marked_at)
            select '{grain.Name()}', symbol, start, $4 from ({Buckets(grain)}) b order by symbol, start
            on conflict (grain, symbol, start) do update set marked_at = excluded.marked_at
            """);
        AddRange(command, from, to, symbols);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Has the signals of a range computed again, and those after it, which follow from them.</summary>
    /// <returns>How many symbols.</returns>
    public async Task<long> MarkSignalsAsync(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols, CancellationToken cancel)
    {
        // A signal that was computed from no revision of its candle counts as changed.
        await using var command = database.CreateCommand(
            """
            with forgotten as (
                update signal set candle_revision = 0
                where start + make_interval(secs => extract(epoch from interval::interval)::float8) > $1 and start < $2 and (cardinality($3) = 0 or symbol = any ($3))
            )
            insert into signal_work (symbol, start)
            select symbol, $1 from candle
            where venue = '*' and interval = '1d' and start < $2 and (cardinality($3) = 0 or symbol = any ($3))
            group by symbol
            """);
        AddRange(command, from, to, symbols);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Buckets(GoldGrain grain) =>
        $"""
        select c.symbol, date_bin('{grain.WidthText()}', c.start, timestamptz '1970-01-01 00:00:00+00') as start, sum(c.trade_count)::bigint as trades
        from candle c
        where {Chosen} and c.interval = '{grain.CandleInterval()}' and c.start >= date_bin('{grain.WidthText()}', $1, timestamptz '1970-01-01 00:00:00+00')
        group by 1, 2
        """;

    private static void AddRange(NpgsqlCommand command, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols)
    {
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = to.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. symbols] });
    }

    private async Task<BackfillPreview> ReadPreviewAsync(string buckets, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> symbols, int most, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            $"""
            with bucket (symbol, grain, start, trades, rolled_at) as materialized ({buckets})
            select b.*, t.total, t.missing
            from (select count(*) as total, count(*) filter (where rolled_at is null) as missing from bucket) t
            left join lateral (select * from bucket order by start, symbol, grain limit $4) b on true
            order by b.start, b.symbol, b.grain
            """);
        AddRange(command, from, to, symbols);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (total, missing, listed) = (0L, 0L, new List<BackfillBucket>());
        while (await reader.ReadAsync(cancel))
        {
            (total, missing) = (reader.GetInt64(5), reader.GetInt64(6));
            if (!reader.IsDBNull(0))
                listed.Add(new BackfillBucket(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return new BackfillPreview(total, missing, listed);
    }
}
