using System.Net;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>How large the disk is that PostgreSQL writes to, where that can be told: when it runs on this machine.</summary>
public static class SilverDisk
{
    /// <summary>What Silver has and what is free, together, in bytes; null when PostgreSQL is elsewhere or does not say where its data is.</summary>
    public static async Task<long?> RoomAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (connection.Host is not { } host || !(host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address))))
            return null;
        await using var command = new NpgsqlCommand(
            """
            select coalesce(sum(pg_total_relation_size(to_regclass(name))), 0)::bigint,
                   (select setting from pg_settings where name = 'data_directory')
            from silver_partition
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);

        // The view leaves the setting out for a role that may not see it.
        return reader.IsDBNull(1) || FreeBytes(reader.GetString(1)) is not { } free ? null : reader.GetInt64(0) + free;
    }

    // The directory is PostgreSQL's own; one above it is on the same disk, as a rule, and may be looked at.
    private static long? FreeBytes(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            try
            {
                return new DriveInfo(at.FullName).AvailableFreeSpace;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // One further up.
            }
        }

        return null;
    }
}
