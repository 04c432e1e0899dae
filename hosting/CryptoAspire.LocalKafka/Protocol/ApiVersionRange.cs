namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>One row of the version table: versions <paramref name="Min"/> to <paramref name="Max"/>, both included, are served.</summary>
/// <param name="FirstFlexible">First version with compact lengths and tagged fields; may lie above <paramref name="Max"/>.</param>
public readonly record struct ApiVersionRange(ApiKey Key, short Min, short Max, short FirstFlexible)
{
    public bool Contains(short version) => version >= Min && version <= Max;

    public bool IsFlexible(short version) => version >= FirstFlexible;
}
