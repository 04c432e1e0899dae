using Npgsql;

namespace CryptoAspire.StreamProcessor.Kafka;

/// <summary>
/// A replica's place in the consumer group, held by a PostgreSQL session lock. The number makes a static group member
/// (<c>group.instance.id</c>, KIP-345): a process that is started again after a crash takes the same, free place and gets its partitions
/// back at once, instead of waiting for its former self's session to expire.
/// </summary>
internal sealed class MemberSlot : IAsyncDisposable
{
    private const int LockClass = 0x73696c76;
    private const int MostReplicas = 64;

    private readonly NpgsqlConnection _session;

    private MemberSlot(NpgsqlConnection session, int number)
    {
        _session = session;
        Number = number;
    }

    /// <summary>0 for the first replica.</summary>
    public int Number { get; }

    /// <summary>Takes the lowest free place.</summary>
    /// <exception cref="NpgsqlException">PostgreSQL is away.</exception>
    /// <exception cref="InvalidOperationException">All places are taken.</exception>
    public static async Task<MemberSlot> ClaimAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        var session = await database.OpenConnectionAsync(cancel);
        try
        {
            for (var number = 0; number < MostReplicas; number++)
            {
                await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1, $2)", session);
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = LockClass });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
                if ((bool)(await command.ExecuteScalarAsync(cancel))!)
                    return new MemberSlot(session, number);
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        await session.DisposeAsync();
        throw new InvalidOperationException($"More than {MostReplicas} stream processors run on this database.");
    }

    /// <summary>Gives the place up.</summary>
    public async ValueTask DisposeAsync()
    {
        // Ended, not returned to the pool, where it would go on holding the lock.
        NpgsqlConnection.ClearPool(_session);
        await _session.DisposeAsync();
    }
}
