using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>One source's feed of one symbol.</summary>
internal readonly record struct FeedKey(string Source, string Symbol)
{
    public override int GetHashCode() => NameHash.Of(Source) * 31 ^ NameHash.Of(Symbol);
}
