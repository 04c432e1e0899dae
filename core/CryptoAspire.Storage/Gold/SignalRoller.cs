using CryptoAspire.Market;
using CryptoAspire.Market.Signals;
using Npgsql;

namespace CryptoAspire.Storage.Gold;

/// <summary>
/// Computes the signals of the candles that changed. A changed candle changes the signals of every later one (averages never forget), so
/// from the first that changed on they are computed anew; what came before is taken up from the state stored with it.
/// </summary>
public sealed class SignalRoller(NpgsqlDataSource database, TimeProvider time)
{
    private const int SymbolsAtOnce = 8;

    /// <summary>Rolls until there is no work.</summary>
    /// <returns>How many candles were read and how many rows written.</returns>
    public async Task<(long Read, long Written)> RollAsync(CancellationToken cancel)
    {
        var (read, written) = (0L, 0L);
        while (await RollSomeAsync(cancel) is { } done)
        {
            read += done.Read;
            written += done.Written;
        }

        return (read, written);
    }

    private async Task<(long Read, long Written)?> RollSomeAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // 1. What changed.
        var work = await SignalStatements.TakeAsync(connection, SymbolsAtOnce, cancel);
        if (work.Count == 0)
            return null;
        var ranges = await SignalStatements.ChangedAsync(connection, [.. work.SelectMany(static w => Intervals.All.Select(i => (w.Symbol, i.Name(), StartOf(i, w.Start))))], cancel);

        // 2. Its signals, in place of the old ones.
        var (read, rows) = (0L, new List<SignalRow>());
        if (ranges.Count > 0)
        {
            (read, rows) = await ComputeAsync(connection, ranges, cancel);
            await SignalStatements.ReplaceAsync(connection, ranges, rows, time.GetUtcNow(), cancel);
        }

        await transaction.CommitAsync(cancel);
        return (read, rows.Count);
    }

    private static async Task<(long Read, List<SignalRow> Rows)> ComputeAsync(NpgsqlConnection connection, List<SignalRange> ranges, CancellationToken cancel)
    {
        var rows = new List<SignalRow>();
        var lookBack = new List<Bar>();
        SignalCalculator? calculator = null;
        var (current, read) = (0L, 0L);
        await using var command = SignalStatements.Candles(connection, ranges);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            read++;
            if (reader.GetInt64(0) is var number && number != current)
            {
                current = number;
                calculator = null;
                lookBack.Clear();
            }

            var range = ranges[(int)number - 1];
            var start = reader.GetFieldValue<DateTimeOffset>(1);
            var bar = new Bar(reader.GetDecimal(2), reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5));
            if (start < range.From)
            {
                lookBack.Add(bar);
                continue;
            }

            calculator ??= range.State is { } state ? SignalCalculator.Resume(lookBack, state) : new SignalCalculator();
            rows.Add(new SignalRow(range.Symbol, range.Interval, start, bar.Close, reader.GetInt64(6), calculator.Add(bar)));
        }

        return (read, rows);
    }

    private static DateTimeOffset StartOf(Interval interval, DateTimeOffset time) => UnixMicroseconds.ToTime(interval.StartOf(UnixMicroseconds.Of(time)));
}
