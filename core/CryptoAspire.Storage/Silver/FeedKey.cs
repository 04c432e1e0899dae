using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>One source's feed of one symbol.</summary>
internal readonly record struct FeedKey(string Source, string Symbol)
{
    /// <summary>The order in which feeds are written, so that writers never wait for each other in a circle.</summary>
    public static readonly IComparer<FeedKey> Order = Comparer<FeedKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : string.CompareOrdinal(a.Symbol, b.Symbol));

    public override int GetHashCode() => NameHash.Of(Source) * 31 ^ NameHash.Of(Symbol);
}
