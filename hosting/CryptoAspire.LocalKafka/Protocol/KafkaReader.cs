using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// Reads Kafka's primitive types from one contiguous frame (without its length prefix). Nothing is allocated from a length or
/// a count before the frame has shown the bytes for it. Source of the encodings: https://kafka.apache.org/protocol#protocol_types.
/// </summary>
public ref struct KafkaReader(ReadOnlyMemory<byte> frame)
{
    /// <summary>No honest client comes near; keeps a 100 MB frame of empty elements from becoming gigabytes of objects.</summary>
    public const int MaxElementsPerMessage = 1_000_000;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _frame = frame;
    private readonly ReadOnlySpan<byte> _span = frame.Span;
    private int _position;
    private int _elements;
    private bool _flexible;
    private ApiKey? _api;
    private short _version;

    public readonly int Position => _position;

    public readonly int Remaining => _span.Length - _position;

    /// <summary>Starts the body of a message: sets what errors name, and whether lengths are compact.</summary>
    /// <exception cref="ProtocolException">The version is outside of the served range.</exception>
    public void Begin(ApiKey api, short version)
    {
        _api = api;
        _version = version;
        if (!ApiVersionTable.TryGet(api, out var range) || !range.Contains(version)) throw Problem("version is not served", "ApiVersion", version);
        _flexible = range.IsFlexible(version);
    }

    /// <summary>Refuses bytes after the end of a message.</summary>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0) throw Problem($"{Remaining} bytes follow the end of the message", "end", Remaining);
    }

    public bool ReadBoolean(string field) => Take(1, field)[0] != 0;

    public sbyte ReadInt8(string field) => (sbyte)Take(1, field)[0];

    public short ReadInt16(string field) => BinaryPrimitives.ReadInt16BigEndian(Take(2, field));

    public int ReadInt32(string field) => BinaryPrimitives.ReadInt32BigEndian(Take(4, field));

    public long ReadInt64(string field) => BinaryPrimitives.ReadInt64BigEndian(Take(8, field));

    public ErrorCode ReadErrorCode(string field) => (ErrorCode)ReadInt16(field);

    public ApiKey ReadApiKey(string field) => (ApiKey)ReadInt16(field);

    /// <summary>An unsigned base-128 number of up to 32 bits.</summary>
    public uint ReadUnsignedVarint(string field)
    {
        var read = Varint.TryReadUnsigned(_span[_position..], out var value);
        if (read > 0)
        {
            _position += read;
            return value;
        }
        throw read == 0 ? Truncated(field, Remaining + 1) : Problem("varint is longer than 32 bits", field, -1);
    }

    public string ReadString(string field) => ReadNullableString(field) ?? throw Null(field);

    /// <summary>A name that comes again and again (topic, client id): taken from a small cache instead of being allocated.</summary>
    public string ReadTopicName(string field)
    {
        var start = _position;
        var length = ReadStringLength(field);
        if (length < 0) throw Null(field, start);
        var bytes = Take(length, field);
        return NameCache.TryGet(bytes) ?? Decode(bytes, field);
    }

    public string? ReadNullableString(string field)
    {
        var length = ReadStringLength(field);
        return length < 0 ? null : Decode(Take(length, field), field);
    }

    /// <summary>A string with a two-byte length whatever the version: only the client id of the request header is like that.</summary>
    internal string? ReadClassicNullableString(string field)
    {
        var length = CheckLength(ReadInt16(field), field);
        if (length < 0) return null;
        var bytes = Take(length, field);
        return NameCache.TryGet(bytes) ?? Decode(bytes, field);
    }

    /// <summary>A copy of the bytes: group metadata and assignments outlive the frame.</summary>
    public byte[] ReadBytes(string field)
    {
        var length = ReadBytesLength(field);
        if (length < 0) throw Null(field);
        return Take(length, field).ToArray();
    }

    /// <summary>Record bytes as a slice of the frame, valid as long as the frame's memory is.</summary>
    public ReadOnlyMemory<byte>? ReadNullableRecords(string field)
    {
        var length = ReadBytesLength(field);
        if (length < 0) return null;
        var start = _position;
        Take(length, field);
        return _frame.Slice(start, length);
    }

    public T[] ReadArray<T>(string field, short version) where T : IKafkaStruct<T> => ReadNullableArray<T>(field, version) ?? throw Null(field);

    public T[]? ReadNullableArray<T>(string field, short version) where T : IKafkaStruct<T>
    {
        var count = ReadCount(field, minElementSize: 1);
        if (count <= 0) return count < 0 ? null : [];
        var items = new T[count];
        for (var i = 0; i < items.Length; i++) items[i] = T.Read(ref this, version);
        return items;
    }

    public int[] ReadInt32Array(string field) => ReadNullableInt32Array(field) ?? throw Null(field);

    public int[]? ReadNullableInt32Array(string field)
    {
        var count = ReadCount(field, minElementSize: 4);
        if (count <= 0) return count < 0 ? null : [];
        var items = new int[count];
        for (var i = 0; i < items.Length; i++) items[i] = ReadInt32(field);
        return items;
    }

    public long[] ReadInt64Array(string field)
    {
        var count = ReadCount(field, minElementSize: 8);
        if (count < 0) throw Null(field);
        var items = new long[count];
        for (var i = 0; i < items.Length; i++) items[i] = ReadInt64(field);
        return items;
    }

    public string[] ReadStringArray(string field) => ReadNullableStringArray(field) ?? throw Null(field);

    public string[]? ReadNullableStringArray(string field)
    {
        var count = ReadCount(field, minElementSize: _flexible ? 1 : 2);
        if (count <= 0) return count < 0 ? null : [];
        var items = new string[count];
        for (var i = 0; i < items.Length; i++) items[i] = ReadString(field);
        return items;
    }

    /// <summary>Skips the tagged fields at the end of a struct in a flexible version; does nothing in a classic one.</summary>
    public void SkipTaggedFields()
    {
        if (!_flexible) return;
        var count = ReadUnsignedVarint("tagged fields");
        for (uint i = 0; i < count; i++)
        {
            ReadUnsignedVarint("tag");
            var size = ReadUnsignedVarint("tag size");
            if (size > (uint)Remaining) throw Truncated("tagged field", size);
            _position += (int)size;
        }
    }

    /// <summary>An exception that names the message, the field and where the reader stands.</summary>
    public readonly ProtocolException Problem(string problem, string field, long value) => new(problem, _api, _version, field, _position, value);

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        if ((uint)count > (uint)Remaining) ThrowTruncated(field, count);
        var taken = _span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private int ReadStringLength(string field)
    {
        var length = _flexible ? ReadCompactLength(field) : CheckLength(ReadInt16(field), field);
        return length <= short.MaxValue ? length : throw Problem($"a string of {length} bytes is longer than Kafka's {short.MaxValue}", field, length);
    }

    private int ReadBytesLength(string field) => _flexible ? ReadCompactLength(field) : CheckLength(ReadInt32(field), field);

    private int ReadCompactLength(string field)
    {
        var encoded = ReadUnsignedVarint(field); // length + 1, 0 is null
        return encoded > int.MaxValue ? throw Problem($"length {encoded - 1} is impossible", field, encoded - 1) : (int)encoded - 1;
    }

    private readonly int CheckLength(int length, string field) =>
        length >= -1 ? length : throw Problem($"length {length} is negative", field, length);

    private int ReadCount(string field, int minElementSize)
    {
        var count = ReadBytesLength(field);
        if (count <= 0) return count;
        if ((long)count * minElementSize > Remaining)
            throw Problem($"{count} elements are announced, {Remaining} bytes are left", field, count);
        if (count > MaxElementsPerMessage - _elements)
            throw Problem($"more than {MaxElementsPerMessage} elements in one message", field, count);
        _elements += count;
        return count;
    }

    private readonly string Decode(ReadOnlySpan<byte> bytes, string field)
    {
        try
        {
            return s_strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Problem($"{bytes.Length} bytes are not UTF-8", field, bytes.Length);
        }
    }

    private readonly ProtocolException Null(string field, int? position = null) =>
        new("null where a value is required", _api, _version, field, position ?? _position, -1);

    private readonly ProtocolException Truncated(string field, long needed) =>
        Problem($"{needed} bytes are needed, {Remaining} are left", field, needed);

    [DoesNotReturn]
    private readonly void ThrowTruncated(string field, long needed) => throw Truncated(field, needed);
}
