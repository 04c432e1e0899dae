using Npgsql;

namespace CryptoAspire.Storage.Gold;

/// <summary>
/// Rolls the buckets that Silver marked dirty: each is computed anew from its candles and replaced, so a run may be repeated, a late trade
/// re-rolls just its buckets, and a scheduler that was down finds everything that it missed. The roll of ten minutes marks, in its
/// transaction, the days and the signals that follow from them.
/// </summary>
public sealed class GoldRoller(NpgsqlDataSource database, TimeProvider time)
{
    // Silver waits for our lock when it marks a bucket again that we are rolling. It marks the newest, so these come first and are few.
    private const int NewestBuckets = 200;
    private const int OlderBuckets = 3000;

    private const string TakeBuckets =
        """
        delete from dirty_bucket d
        using (select grain, symbol, start from dirty_bucket where grain = $1 order by start desc, symbol limit $2 for update skip locked) t
        where d.grain = t.grain and d.symbol = t.symbol and d.start = t.start
        returning d.symbol, d.start
        """;

    /// <summary>Rolls until no bucket of the grain is dirty.</summary>
    /// <returns>How many buckets were rolled.</returns>
    public async Task<long> RollAsync(GoldGrain grain, CancellationToken cancel)
    {
        var total = 0L;
        for (var most = NewestBuckets; ; most = OlderBuckets)
        {
            var rolled = await RollSomeAsync(grain, most, cancel);
            total += rolled;
            if (rolled < most)
                return total;
        }
    }

    // The candles are read by a statement after the one that locks the buckets: only then is every commit that marked them visible.
    private async Task<int> RollSomeAsync(GoldGrain grain, int most, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var (symbols, starts) = await TakeAsync(connection, grain, most, cancel);
        if (symbols.Length == 0)
            return 0;

        await using var roll = new NpgsqlBatch(connection, transaction);
        roll.BatchCommands.Add(OfBuckets(GoldStatements.Roll(grain), symbols, starts));
        if (grain == GoldGrain.TenMinutes)
        {
            roll.BatchCommands.Add(OfBuckets(GoldStatements.MarkDays, symbols, starts));
            roll.BatchCommands.Add(OfBuckets(GoldStatements.MarkSignals, symbols, starts));
        }

        await roll.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return symbols.Length;
    }

    private NpgsqlBatchCommand OfBuckets(string statement, string[] symbols, DateTimeOffset[] starts) => new(statement)
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = symbols },
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = starts },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
        },
    };

    private static async Task<(string[] Symbols, DateTimeOffset[] Starts)> TakeAsync(NpgsqlConnection connection, GoldGrain grain, int most, CancellationToken cancel)
    {
        await using var take = new NpgsqlCommand(TakeBuckets, connection);
        take.Parameters.Add(new NpgsqlParameter<string> { TypedValue = grain.Name() });
        take.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await take.ExecuteReaderAsync(cancel);
        var (symbols, starts) = (new List<string>(), new List<DateTimeOffset>());
        while (await reader.ReadAsync(cancel))
        {
            symbols.Add(reader.GetString(0));
            starts.Add(reader.GetFieldValue<DateTimeOffset>(1));
        }

        return ([.. symbols], [.. starts]);
    }
}
