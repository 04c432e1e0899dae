namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>The field is on the wire from this version of its message on; before, it has Kafka's default.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SinceAttribute(short version) : Attribute
{
    public short Version => version;
}
