namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>The field may be null from this version on; in an earlier one null is written as empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NullableSinceAttribute(short version) : Attribute
{
    public short Version => version;
}
