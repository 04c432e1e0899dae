using System.Collections.Frozen;

namespace CryptoAspire.Producer.Feeds;

/// <summary>The instruments that a feed follows, by the venue's product id. Read by all connections at all times, replaced as a whole when they change.</summary>
internal sealed class FeedLines
{
    private FrozenDictionary<string, FeedLine> lines = FrozenDictionary<string, FeedLine>.Empty;

    public IReadOnlyCollection<FeedLine> All => Volatile.Read(ref lines).Values;

    public FeedLine? Find(string instrumentId) => Volatile.Read(ref lines).GetValueOrDefault(instrumentId);

    public void Add(IEnumerable<FeedLine> more) => Replace(Volatile.Read(ref lines).Values.Concat(more));

    public void Remove(IReadOnlySet<string> instrumentIds) => Replace(Volatile.Read(ref lines).Values.Where(l => !instrumentIds.Contains(l.Instrument.Id)));

    private void Replace(IEnumerable<FeedLine> all) => Volatile.Write(ref lines, all.ToFrozenDictionary(l => l.Instrument.Id, StringComparer.Ordinal));
}
