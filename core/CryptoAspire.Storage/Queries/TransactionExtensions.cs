using Npgsql;

namespace CryptoAspire.Storage.Queries;

internal static class TransactionExtensions
{
    /// <summary>
    /// Until the transaction ends the planner reads whole tables only where there is no other way. It thinks that a time which another part of the
    /// statement finds is in a third, or a half per cent, of Silver, and would read tens of millions of rows for one minute.
    /// </summary>
    public static async Task PreferIndexesAsync(this NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("set local enable_seqscan = off", transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
