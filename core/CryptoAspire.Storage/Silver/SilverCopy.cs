using System.Runtime.CompilerServices;
using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Rows of <c>crypto_prices_realtime</c> in PostgreSQL's binary COPY format (manual, COPY, "Binary Format"), encoded straight from the
/// records: the hot loop of Silver, without an object a column.
/// </summary>
internal sealed class SilverCopy
{
    private const string Statement =
        """
        copy crypto_prices_realtime (timestamp, event_time, processed_at, received_at, trade_id, kafka_offset, iteration, kafka_partition,
                                     symbol, base, currency, source, side, price, size, volume_24h, bid, ask)
        from stdin (format binary)
        """;

    private const short Columns = 18;

    // Texts of at most 64 bytes, five numerics and the fixed fields fit.
    private const int RowRoom = 768;

    private readonly (Symbol? Symbol, string? Source, byte[] Fields)[] _feeds = new (Symbol?, string?, byte[])[256];
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>The header and the rows added so far, as PostgreSQL reads them.</summary>
    public ReadOnlySpan<byte> Encoded => _buffer.AsSpan(0, _length);

    /// <summary>Copies the batches' rows in the caller's transaction.</summary>
    /// <exception cref="PostgresException">23514: a day has no partition.</exception>
    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<SilverState> states, CancellationToken cancel)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(Statement, cancel);
        for (var i = 0; i < states.Count; i++)
        {
            var rows = states[i].Rows;
            var header = i == 0 ? 0 : CopyRow.Header.Length; // one for all
            await copy.WriteAsync(rows._buffer.AsMemory(header, rows._length - header), cancel);
        }

        await copy.WriteAsync(CopyRow.Trailer, cancel);
    }

    /// <summary>Starts anew with the file header.</summary>
    public void Reset()
    {
        CopyRow.Header.CopyTo(_buffer);
        _length = CopyRow.Header.Length;
    }

    /// <summary>Adds one row.</summary>
    public void Add(long offset, int partition, in BronzeRecord record, long processedUs)
    {
        if (_buffer.Length - _length < RowRoom)
            Array.Resize(ref _buffer, _buffer.Length * 2);

        var isTrade = record.Kind == BronzeKind.Trade;
        var row = new CopyRow(_buffer.AsSpan(_length, RowRoom));
        row.Int16(Columns);
        row.Int64Field(record.Timestamp);
        row.TimeField(record.EventTimeUs);
        row.TimeField(processedUs);
        if (record.ReceivedUs != 0)
            row.TimeField(record.ReceivedUs);
        else
            row.Null();
        if (isTrade)
            row.Int64Field(record.TradeId);
        else
            row.Null();
        row.Int64Field(offset);
        row.Int64Field(record.Iteration);
        row.Int32(4);
        row.Int32(partition);
        row.Raw(FeedFields(record.Symbol, record.Source));
        if (isTrade)
            row.Raw(record.Side == Side.Buy ? "\0\0\0\u0003buy"u8 : "\0\0\0\u0004sell"u8);
        else
            row.Null();
        row.NumericField(record.Price);
        row.NumericField(isTrade ? record.Size : null);
        row.NumericField(record.Volume24h);
        row.NumericField(record.Bid);
        row.NumericField(record.Ask);
        _length += row.Length;
    }

    /// <summary>The fields symbol, base, currency and source, encoded once a feed: the reader hands out one object a name.</summary>
    private byte[] FeedFields(Symbol symbol, string source)
    {
        ref var slot = ref _feeds[(RuntimeHelpers.GetHashCode(symbol) * 31 + RuntimeHelpers.GetHashCode(source)) & (_feeds.Length - 1)];
        if (!ReferenceEquals(slot.Symbol, symbol) || !ReferenceEquals(slot.Source, source))
            slot = (symbol, source, [.. TextField(symbol.Name), .. TextField(symbol.Base), .. TextField(symbol.Quote), .. TextField(source)]);
        return slot.Fields;
    }

    // Symbols and sources are ASCII of at most 64 characters: the reader saw to that.
    private static byte[] TextField(string value) => [0, 0, 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
