using Npgsql;

namespace CryptoAspire.Storage.Queries;

internal static class ReaderExtensions
{
    /// <summary>The column's value, null for SQL null.</summary>
    public static T? Nullable<T>(this NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
