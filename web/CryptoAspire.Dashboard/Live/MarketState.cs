using System.Collections.Concurrent;
using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Dashboard.Live;

/// <summary>Every symbol's newest state, and the channel <c>market</c>.</summary>
public sealed class MarketState(FeedStatus feed, TimeProvider time)
{
    /// <summary>Symbols that are kept at most; asking for another one is refused, so that a browser cannot fill the memory.</summary>
    public const int MostSymbols = 5000;

    private readonly ConcurrentDictionary<string, SymbolState> _symbols = new(StringComparer.Ordinal);

    public HubChannel Channel { get; } = new("market");

    public IEnumerable<SymbolState> Symbols => _symbols.Values;

    /// <summary>The rows of all symbols that have a price, the largest turnover first.</summary>
    public IReadOnlyList<SymbolRow> Rows =>
        [.. _symbols.Values.Select(s => s.Row).OfType<SymbolRow>().OrderByDescending(r => (r.Volume24h ?? 0) * r.Price).ThenBy(r => r.Symbol, StringComparer.Ordinal)];

    public SymbolState? Find(string symbol) => _symbols.GetValueOrDefault(symbol);

    /// <summary>The state of a symbol, made when it is new; null when <see cref="MostSymbols"/> are kept already.</summary>
    public SymbolState? FindOrAdd(string symbol)
    {
        if (_symbols.TryGetValue(symbol, out var state))
            return state;
        return _symbols.Count >= MostSymbols ? null : _symbols.GetOrAdd(symbol, static name => new SymbolState(name));
    }

    public void Apply(in BronzeRecord tick)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        feed.Received(tick.Source, tick.Symbol.Name, now);
        FindOrAdd(tick.Symbol.Name)?.Apply(tick, now);
    }

    public void Apply(SymbolHistory history) => FindOrAdd(history.Latest.Symbol)?.Apply(history, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Publishes what changed since the last call: each symbol on its own channel, all together on <c>market</c>.</summary>
    public void Flush()
    {
        List<(SymbolState State, bool Spark)>? changed = null;
        foreach (var state in _symbols.Values)
        {
            if (state.Flush() is { } row)
                (changed ??= []).Add((state, row.Spark is not null));
        }

        if (changed is null)
            return;

        // Read again under the channel's lock: a browser that joins in between must not be turned back to an older row.
        Channel.Publish(() => new MarketUpdate([.. changed.Select(c => c.Spark ? c.State.Row! : c.State.Row! with { Spark = null })]));
    }

    public (long Sequence, MarketUpdate State) Join(Subscriber subscriber) => Channel.Join(subscriber, () => new MarketUpdate(Rows));
}
