using System.Buffers.Binary;

namespace CryptoAspire.Storage.Silver;

/// <summary>Fields of one row in binary COPY: a length of 32 bits, −1 for null, then the value; everything big-endian.</summary>
/// <param name="room">Enough for the row.</param>
internal ref struct CopyRow(Span<byte> room)
{
    private readonly Span<byte> _room = room;

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
