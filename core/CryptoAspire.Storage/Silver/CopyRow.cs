using System.Buffers.Binary;

namespace CryptoAspire.Storage.Silver;

/// <summary>Fields of one row in binary COPY: a length of 32 bits, −1 for null, then the value; everything big-endian.</summary>
/// <param name="room">Enough for the row.</param>
internal ref struct CopyRow(Span<byte> room)
{
    // timestamptz counts microseconds since 2000-01-01.
    private const long PostgresEpochUs = 946_684_800_000_000;

    private readonly Span<byte> _room = room;

    /// <summary>What a COPY begins with: signature, no flags, no extension.</summary>
    public static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>What it ends with: a row of −1 columns.</summary>
    public static readonly byte[] Trailer = [0xff, 0xff];

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Null() => Int32(-1);

    public void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_room[Length..], value);
        Length += 2;
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_room[Length..], value);
        Length += 4;
    }

    public void Int64Field(long value)
    {
        var field = _room.Slice(Length, 12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], value);
        Length += 12;
    }

    /// <summary>A timestamptz.</summary>
    public void TimeField(long unixMicroseconds) => Int64Field(unixMicroseconds - PostgresEpochUs);

    public void NumericField(decimal? value)
    {
        if (value is { } number)
            Length += NumericFormat.WriteField(_room[Length..], number);
        else
            Null();
    }

    /// <summary>Fields that are encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(_room[Length..]);
        Length += fields.Length;
    }
}
