using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.History;

/// <summary>What history is of: a row of <c>history_series</c>.</summary>
/// <param name="Symbol">Canonical.</param>
/// <param name="Venue">The venue that the prices are of.</param>
/// <param name="Origin">The shape of the file that it is from, or <see cref="Rest"/>.</param>
public sealed record HistorySeries(string Symbol, string Venue, Interval Interval, string Origin)
{
    /// <summary>The origin of what the venue itself told through its REST interface.</summary>
    public const string Rest = "rest";

    /// <summary>Its number; the row is locked until the transaction ends, so that nobody else writes the series meanwhile.</summary>
    internal async Task<int> LockAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into history_series (symbol, venue, interval, origin)
            values ($1, $2, $3, $4)
            on conflict (symbol, venue, interval, origin) do update set origin = excluded.origin
            returning id
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Symbol });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Venue });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Interval.Name() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Origin });
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }
}
