using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Writes Kafka's primitive types; every call reaches <paramref name="output"/> at once, so that raw bytes may be written to it in between.</summary>
public sealed class KafkaWriter(IBufferWriter<byte> output)
{
    private bool _flexible;

    public IBufferWriter<byte> Output => output;

    /// <summary>Starts the body of a message: decides whether lengths are compact.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The version is outside of the served range.</exception>
    public void Begin(ApiKey api, short version)
    {
        if (!ApiVersionTable.TryGet(api, out var range) || !range.Contains(version))
            throw new ArgumentOutOfRangeException(nameof(version), version, $"{api} is served in versions {range.Min} to {range.Max}.");
        _flexible = range.IsFlexible(version);
    }

    public void WriteBoolean(bool value) => WriteInt8(value ? (sbyte)1 : (sbyte)0);

    public void WriteInt8(sbyte value)
    {
        output.GetSpan(1)[0] = (byte)value;
        output.Advance(1);
    }

    public void WriteInt16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void WriteErrorCode(ErrorCode value) => WriteInt16((short)value);

    public void WriteApiKey(ApiKey value) => WriteInt16((short)value);

    public void WriteUnsignedVarint(uint value) => output.Advance(Varint.WriteUnsigned(output.GetSpan(Varint.MaxLength32), value));

    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (_flexible) WriteUnsignedVarint((uint)length + 1);
        else WriteInt16(Checked16(length));
        WriteUtf8(value, length);
    }

    public void WriteNullableString(string? value)
    {
        if (value is not null) WriteString(value);
        else if (_flexible) WriteUnsignedVarint(0);
        else WriteInt16(-1);
    }

    /// <summary>A string with a two-byte length whatever the version: only the client id of the request header is like that.</summary>
    internal void WriteClassicNullableString(string? value)
    {
        var length = value is null ? -1 : Encoding.UTF8.GetByteCount(value);
        WriteInt16(Checked16(length));
        if (value is not null) WriteUtf8(value, length);
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteLength(value.Length);
        output.Write(value);
    }

    public void WriteNullableRecords(ReadOnlyMemory<byte>? value)
    {
        WriteLength(value?.Length ?? -1);
        if (value is { } bytes) output.Write(bytes.Span);
    }

    public void WriteArray<T>(IReadOnlyList<T> items, short version) where T : IKafkaStruct<T>
    {
        WriteLength(items.Count);
        for (var i = 0; i < items.Count; i++) items[i].Write(this, version);
    }

    public void WriteNullableArray<T>(IReadOnlyList<T>? items, short version) where T : IKafkaStruct<T>
    {
        if (items is null) WriteLength(-1);
        else WriteArray(items, version);
    }

    public void WriteInt32Array(IReadOnlyList<int> items)
    {
        WriteLength(items.Count);
        for (var i = 0; i < items.Count; i++) WriteInt32(items[i]);
    }

    public void WriteNullableInt32Array(IReadOnlyList<int>? items)
    {
        if (items is null) WriteLength(-1);
        else WriteInt32Array(items);
    }

    public void WriteInt64Array(IReadOnlyList<long> items)
    {
        WriteLength(items.Count);
        for (var i = 0; i < items.Count; i++) WriteInt64(items[i]);
    }

    public void WriteStringArray(IReadOnlyList<string> items)
    {
        WriteLength(items.Count);
        for (var i = 0; i < items.Count; i++) WriteString(items[i]);
    }

    public void WriteNullableStringArray(IReadOnlyList<string>? items)
    {
        if (items is null) WriteLength(-1);
        else WriteStringArray(items);
    }

    /// <summary>Ends a struct in a flexible version with "no tagged fields"; does nothing in a classic one.</summary>
    public void WriteTaggedFields()
    {
        if (_flexible) WriteUnsignedVarint(0);
    }

    /// <summary>Length of bytes, records or an array; -1 is null.</summary>
    internal void WriteLength(int length)
    {
        if (_flexible) WriteUnsignedVarint((uint)(length + 1));
        else WriteInt32(length);
    }

    private void WriteUtf8(string value, int length)
    {
        if (length == 0) return;
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    private static short Checked16(int length) => length <= short.MaxValue
        ? (short)length
        : throw new ArgumentException($"A string of {length} bytes does not fit into Kafka's two-byte length.");
}
