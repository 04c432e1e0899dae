namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>A part of a message whose layout follows the message's version: an element of an array, or the message itself.</summary>
public interface IKafkaStruct<TSelf> where TSelf : IKafkaStruct<TSelf>
{
    /// <summary>Reads the fields that exist in <paramref name="version"/>; the others keep Kafka's default.</summary>
    /// <exception cref="ProtocolException">The bytes are cut short or contradict the layout.</exception>
    static abstract TSelf Read(ref KafkaReader r, short version);

    /// <summary>Writes the fields that exist in <paramref name="version"/>; the others are left out.</summary>
    void Write(KafkaWriter w, short version);
}
