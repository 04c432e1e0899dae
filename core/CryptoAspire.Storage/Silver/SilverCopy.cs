using System.Buffers.Binary;
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

    // timestamptz counts microseconds since 2000-01-01.
    private const long PostgresEpochUs = 946_684_800_000_000;

    // Texts of at most 64 bytes, five numerics and the fixed fields fit, and so does the trailer.
    private const int RowRoom = 768;

    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>Copies the rows in the caller's transaction.</summary>
    /// <exception cref="PostgresException">23514: a day has no partition.</exception>
    public static async Task WriteAsync(NpgsqlConnection connection, SilverCopy rows, CancellationToken cancel)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(Statement, cancel);
        rows.Int16(-1); // the file's trailer
        await copy.WriteAsync(rows._buffer.AsMemory(0, rows._length), cancel);
    }

    /// <summary>Starts anew with the file header.</summary>
    public void Reset()
    {
        _length = 0;
        ReadOnlySpan<byte> signature = [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0];
        signature.CopyTo(_buffer);
        _length = signature.Length;
        Int32(0);
        Int32(0);
    }

    /// <summary>Adds one row.</summary>
    public void Add(long offset, int partition, in BronzeRecord record, long processedUs)
    {
        if (_buffer.Length - _length < RowRoom)
            Array.Resize(ref _buffer, _buffer.Length * 2);

        var isTrade = record.Kind == BronzeKind.Trade;
        Int16(Columns);
        Int64Field(record.Timestamp);
        Int64Field(record.EventTimeUs - PostgresEpochUs);
        Int64Field(processedUs - PostgresEpochUs);
        if (record.ReceivedUs != 0)
            Int64Field(record.ReceivedUs - PostgresEpochUs);
        else
            Null();
        if (isTrade)
            Int64Field(record.TradeId);
        else
            Null();
        Int64Field(offset);
        Int64Field(record.Iteration);
        Int32(4);
        Int32(partition);
        TextField(record.Symbol.Name);
        TextField(record.Symbol.Base);
        TextField(record.Symbol.Quote);
        TextField(record.Source);
        if (isTrade)
            TextField(record.Side == Side.Buy ? "buy" : "sell");
        else
            Null();
        NumericField(record.Price);
        NumericField(isTrade ? record.Size : null);
        NumericField(record.Volume24h);
        NumericField(record.Bid);
        NumericField(record.Ask);
    }

    private void Null() => Int32(-1);

    private void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    private void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    private void Int64Field(long value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), 8);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length + 4), value);
        _length += 12;
    }

    // Symbols and sources are ASCII of at most 64 characters: the reader saw to that.
    private void TextField(string value)
    {
        var bytes = Encoding.ASCII.GetBytes(value, _buffer.AsSpan(_length + 4));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), bytes);
        _length += 4 + bytes;
    }

    private void NumericField(decimal? value)
    {
        if (value is { } number)
            _length += NumericFormat.WriteField(_buffer.AsSpan(_length), number);
        else
            Null();
    }
}
