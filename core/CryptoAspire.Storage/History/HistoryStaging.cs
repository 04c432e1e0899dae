using CryptoAspire.Storage.Silver;
using Npgsql;

namespace CryptoAspire.Storage.History;

/// <summary>A file's candles in a table of this session, written by binary COPY. It is gone with the transaction.</summary>
internal sealed class HistoryStaging : IAsyncDisposable
{
    private const short Columns = 10;

    // Seven numerics and the fixed fields.
    private const int RowRoom = 512;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlRawCopyStream _copy;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _length;
    private long _previous;
    private bool _rises = true, _falls = true;

    private HistoryStaging(NpgsqlConnection connection, NpgsqlRawCopyStream copy)
    {
        _connection = connection;
        _copy = copy;
        CopyRow.Header.CopyTo(_buffer);
        _length = CopyRow.Header.Length;
    }

    public long Rows { get; private set; }

    /// <summary>Earliest start, Unix µs.</summary>
    public long FirstUs { get; private set; } = long.MaxValue;

    /// <summary>Latest start, Unix µs.</summary>
    public long LastUs { get; private set; } = long.MinValue;

    /// <summary>Where starts only rise or only fall none is there twice.</summary>
    public bool IsOrdered => _rises || _falls;

    public static async Task<HistoryStaging> OpenAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            create temporary table history_staging (
                line bigint not null, start timestamptz not null, open numeric not null, high numeric not null, low numeric not null, close numeric not null,
                volume numeric, notional numeric, buy_volume numeric, trade_count bigint
            ) on commit drop
            """,
            connection);
        await command.ExecuteNonQueryAsync(cancel);
        return new HistoryStaging(
            connection,
            await connection.BeginRawBinaryCopyAsync(
                "copy history_staging (line, start, open, high, low, close, volume, notional, buy_volume, trade_count) from stdin (format binary)", cancel));
    }

    /// <summary>Adds one candle; writes when a quarter of a megabyte has come together.</summary>
    public void Add(long line, in HistoryBar bar)
    {
        if (_buffer.Length - _length < RowRoom)
        {
            _copy.Write(_buffer, 0, _length);
            _length = 0;
        }

        var row = new CopyRow(_buffer.AsSpan(_length, RowRoom));
        row.Int16(Columns);
        row.Int64Field(line);
        row.TimeField(bar.StartUs);
        row.NumericField(bar.Open);
        row.NumericField(bar.High);
        row.NumericField(bar.Low);
        row.NumericField(bar.Close);
        row.NumericField(bar.Volume);
        row.NumericField(bar.Notional);
        row.NumericField(bar.BuyVolume);
        if (bar.TradeCount is { } trades)
            row.Int64Field(trades);
        else
            row.Null();
        _length += row.Length;

        if (Rows++ > 0)
        {
            _rises &= bar.StartUs > _previous;
            _falls &= bar.StartUs < _previous;
        }

        _previous = bar.StartUs;
        FirstUs = Math.Min(FirstUs, bar.StartUs);
        LastUs = Math.Max(LastUs, bar.StartUs);
    }

    /// <summary>Nothing more comes.</summary>
    /// <exception cref="PostgresException">PostgreSQL refused the rows.</exception>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        await _copy.WriteAsync(_buffer.AsMemory(0, _length), cancel);
        await _copy.WriteAsync(CopyRow.Trailer, cancel);
        await _copy.DisposeAsync();
    }

    /// <summary>Of rows with one start the first counts: how many repeat it, and how many say something else.</summary>
    /// <param name="contradicts">Told of each of the latter, its line and that of the first.</param>
    /// <param name="cancel">Stops the query.</param>
    public async Task<(long Repeated, long Contradicting)> FindRepeatedAsync(Action<long, long> contradicts, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            select line, first_line, same
            from (
                select line, first_value(line) over w as first_line,
                       (open, high, low, close, volume, notional, buy_volume, trade_count)
                       is not distinct from
                       (first_value(open) over w, first_value(high) over w, first_value(low) over w, first_value(close) over w, first_value(volume) over w,
                        first_value(notional) over w, first_value(buy_volume) over w, first_value(trade_count) over w) as same
                from history_staging
                window w as (partition by start order by line)
            ) r
            where line <> first_line
            order by line
            """,
            _connection)
        {
            CommandTimeout = 0,
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        long repeated = 0, contradicting = 0;
        while (await reader.ReadAsync(cancel))
        {
            if (reader.GetBoolean(2))
            {
                repeated++;
                continue;
            }

            contradicting++;
            contradicts(reader.GetInt64(0), reader.GetInt64(1));
        }

        return (repeated, contradicting);
    }

    /// <summary>Ends a COPY that was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _copy.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It has ended already, well or not.
        }
    }
}
