using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>Takes records out of the quarantine, each once.</summary>
public sealed class QuarantineSteering(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>
    /// Sends a record again and marks it. It is locked meanwhile, and stays as it was when the sending fails; should we be killed between the
    /// broker's acknowledgement and our commit, it can be sent a second time, which Silver sees by its trade id.
    /// </summary>
    /// <param name="id">The record.</param>
    /// <param name="who">Who asks.</param>
    /// <param name="mended">Whether another value is sent.</param>
    /// <param name="send">Sends it and returns where it is.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False: there is none, or it had been sent already.</returns>
    public async Task<bool> ReinjectAsync(long id, string who, bool mended, Func<QuarantinedRecord, Task<(int Partition, long Offset)>> send, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await TakeAsync(connection, id, cancel) is not { } record)
            return false;
        var (partition, offset) = await send(record);

        await using var mark = new NpgsqlCommand(
            "update quarantine set reinjected_at = $2, reinjected_by = $3, reinjected_partition = $4, reinjected_offset = $5, mended = $6 where id = $1", connection, transaction);
        mark.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        mark.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
        mark.Parameters.Add(new NpgsqlParameter<string> { TypedValue = who });
        mark.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition });
        mark.Parameters.Add(new NpgsqlParameter<long> { TypedValue = offset });
        mark.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = mended });
        await mark.ExecuteNonQueryAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private static async Task<QuarantinedRecord?> TakeAsync(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"{OperationsQueries.SelectQuarantine} where id = $1 and reinjected_at is null for update", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        return (await command.ListAsync(OperationsQueries.ReadQuarantined, cancel)).SingleOrDefault();
    }
}
