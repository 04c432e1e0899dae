using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>Random messages and frames of the whole protocol: the same seed gives the same ones. For round trips and for fuzzing.</summary>
public sealed class RandomMessages(int seed)
{
    private static readonly string[] s_names = ["trades", "crypto_prices", "__x", "größe", "価格", "🚀", "a.b-c_d", new('n', 249), new('x', 300)];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>A message with every field set, also those that the version does not have: writing must leave them out.</summary>
    public object Message(Type type, short version) => Struct(type, version, depth: 0);

    /// <summary>A whole random request frame, without its length prefix.</summary>
    public byte[] RequestFrame()
    {
        var requests = MessageType.All.Where(m => !m.IsResponse).ToArray();
        var request = requests[_random.Next(requests.Length)];
        ApiVersionTable.TryGet(request.Api, out var range);
        return RequestFrame(request, (short)_random.Next(range.Min, range.Max + 1));
    }

    /// <summary>A random request frame of one API and version, without its length prefix.</summary>
    public byte[] RequestFrame(MessageType request, short version)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        new RequestHeader(request.Api, version, _random.Next(), _random.Next(4) == 0 ? null : Name()).Write(writer);
        request.Write(Message(request.Type, version), writer, version);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Damages a frame in one to four places: flipped bits, hostile lengths, cuts, insertions, repeated pieces.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> frame)
    {
        var bytes = frame.ToArray().ToList();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var at = _random.Next(bytes.Count + 1);
            switch (_random.Next(6))
            {
                case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1 when at < bytes.Count: bytes[at] = (byte)_random.Next(256); break;
                case 2 when at + 4 <= bytes.Count: Overwrite(bytes, at, [(byte)_random.Next(0x80), 0xff, 0xff, 0xff]); break;
                case 3: bytes.RemoveRange(at, Math.Min(_random.Next(9), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, Bytes(_random.Next(1, 9))); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(32), bytes.Count - at))); break;
                default: bytes.Add(0x80); break;
            }
        }
        return [.. bytes];
    }

    public string Name() => _random.Next(3) == 0 ? $"topic-{_random.Next(100_000)}" : s_names[_random.Next(s_names.Length)];

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> value)
    {
        foreach (var b in value) bytes[at++] = b;
    }

    private object Struct(Type type, short version, int depth)
    {
        var instance = Activator.CreateInstance(type)!;
        foreach (var field in MessageField.Of(type))
        {
            var isNull = field.MayBeNullIn(version) && _random.Next(4) == 0;
            field.Property.SetValue(instance, isNull ? null : Value(field.Property.PropertyType, version, depth));
        }
        return instance;
    }

    private object Value(Type type, short version, int depth)
    {
        if (type == typeof(bool)) return _random.Next(2) == 1;
        if (type == typeof(sbyte)) return (sbyte)Number(sbyte.MinValue, sbyte.MaxValue);
        if (type == typeof(short)) return (short)Number(short.MinValue, short.MaxValue);
        if (type == typeof(int)) return (int)Number(int.MinValue, int.MaxValue);
        if (type == typeof(long)) return Number(long.MinValue, long.MaxValue);
        if (type == typeof(ErrorCode)) return (ErrorCode)Number(-1, 120);
        if (type == typeof(ApiKey)) return (ApiKey)Number(-1, 120);
        if (type == typeof(string)) return _random.Next(8) == 0 ? "" : Name();
        if (type == typeof(byte[])) return Bytes(_random.Next(40));
        if (type == typeof(ReadOnlyMemory<byte>?)) return new ReadOnlyMemory<byte>(Bytes(_random.Next(200)));
        var element = type.IsArray ? type.GetElementType()! : type.GetGenericArguments().Single(); // T[] or IReadOnlyList<T>
        var items = Array.CreateInstance(element, _random.Next(depth == 0 ? 4 : 3));
        for (var i = 0; i < items.Length; i++)
            items.SetValue(IsStruct(element) ? Struct(element, version, depth + 1) : Value(element, version, depth + 1), i);
        return items;
    }

    private static bool IsStruct(Type type) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IKafkaStruct<>));

    /// <summary>The edges of the range come up far more often than by chance.</summary>
    private long Number(long min, long max) => _random.Next(6) switch
    {
        0 => min,
        1 => max,
        2 => Math.Clamp(-1, min, max),
        3 => Math.Clamp(_random.Next(300), min, max),
        _ => _random.NextInt64(min, max),
    };
}
