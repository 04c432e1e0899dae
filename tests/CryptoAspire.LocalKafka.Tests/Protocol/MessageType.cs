using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>One request or response class of the codec, found by reflection, with its static members made callable.</summary>
public abstract class MessageType
{
    /// <summary>Every message that the codec has, in the order of the API keys.</summary>
    public static IReadOnlyList<MessageType> All { get; } =
    [
        .. from type in typeof(KafkaReader).Assembly.GetExportedTypes()
           where type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IKafkaMessage<>))
           let message = (MessageType)Activator.CreateInstance(typeof(MessageType<>).MakeGenericType(type))!
           orderby message.Api, message.IsResponse
           select message,
    ];

    public abstract Type Type { get; }
    public abstract ApiKey Api { get; }
    public abstract bool IsResponse { get; }

    public abstract object Read(ref KafkaReader reader, short version);
    public abstract void Write(object message, KafkaWriter writer, short version);

    public byte[] ToBytes(object message, short version)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(message, new KafkaWriter(output), version);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a body that must fill <paramref name="body"/>.</summary>
    public object FromBytes(ReadOnlyMemory<byte> body, short version)
    {
        var reader = new KafkaReader(body);
        var message = Read(ref reader, version);
        reader.ExpectEnd();
        return message;
    }

    public override string ToString() => Type.Name;
}

/// <inheritdoc/>
public sealed class MessageType<T> : MessageType where T : IKafkaMessage<T>
{
    public override Type Type => typeof(T);
    public override ApiKey Api => T.ApiKey;
    public override bool IsResponse => T.IsResponse;

    public override object Read(ref KafkaReader reader, short version) => T.Read(ref reader, version);

    public override void Write(object message, KafkaWriter writer, short version) => ((T)message).Write(writer, version);
}
