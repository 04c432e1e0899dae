namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>The field is on the wire up to this version of its message, the last one included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UntilAttribute(short version) : Attribute
{
    public short Version => version;
}
