using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Dashboard.Live;

/// <summary>
/// The newest known of one symbol, fed by ticks and by the database, read ten times a second by the publisher.
/// A price is replaced only by one with a later event time, so that trades that arrive late do not turn the screen back.
/// </summary>
public sealed class SymbolState(string symbol)
{
    /// <summary>Trades kept for the list and sent at most with one update.</summary>
    public const int RecentTrades = 40;

    /// <summary>Event times that jump back further than this are a replay that started over, not a late trade.</summary>
    private const long RestartUs = 60_000_000;

    /// <summary>A venue without trades of its own may still move the price by its ticker after this silence.</summary>
    private const long TickerLeadUs = 5_000_000;

    /// <summary>Without a tick for so long the database may correct the price.</summary>
    private const long QuietMs = 1500;

    /// <summary>A bid and ask of so long ago say nothing about now and are taken off.</summary>
    private const long QuoteLifeMs = 30_000;

    private readonly Lock _lock = new();
    private readonly Queue<TradeLine> _recent = new(RecentTrades + 1);
    private readonly List<TradeLine> _pending = [];
    private readonly Dictionary<string, decimal> _venueVolumes = [];
    private TradePoint? _latest;
    private SymbolRow? _row;
    private IReadOnlyList<decimal> _spark = [];
    private decimal? _reference;
    private decimal? _candleVolume;
    private long _quotedAt;
    private int _skipped;
    private bool _rowDirty;
    private bool _sparkDirty;

    public string Symbol => symbol;

    /// <summary>The channel <c>symbol:X</c>.</summary>
    public HubChannel Channel { get; } = new($"symbol:{symbol}");

    /// <summary>The row as of now with its sparkline; null while no price is known.</summary>
    public SymbolRow? Row
    {
        get
        {
            lock (_lock)
                return _row is null ? null : _row with { Spark = _spark };
        }
    }

    /// <summary>Takes one tick.</summary>
    /// <param name="tick">A trade or a ticker of this symbol.</param>
    /// <param name="receivedAtMs">Now, Unix milliseconds.</param>
    public void Apply(in BronzeRecord tick, long receivedAtMs)
    {
        lock (_lock)
        {
            if (tick.Kind == BronzeKind.Trade)
                ApplyTrade(tick, receivedAtMs);
            else
                ApplyTicker(tick, receivedAtMs);
        }
    }

    /// <summary>Takes what the database knows: the starting point, and after a silence what ticks that we skipped would have said.</summary>
    /// <param name="history">The symbol's newest state in the database.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    public void Apply(SymbolHistory history, long nowMs)
    {
        var stored = history.Latest;
        lock (_lock)
        {
            // While ticks arrive they are ahead of the database; once they pause it has the last word, equal event times included.
            var storedUs = UnixMicroseconds.Of(stored.EventTime);
            if (_latest is not { } latest || (nowMs - _row!.ReceivedAt > QuietMs && storedUs >= latest.EventTimeUs && stored.Price != latest.Price))
            {
                _latest = null;
                SetPrice(new TradePoint(storedUs, stored.Source, 0, stored.Price), Venue.OfSource(stored.Source).Name, stored.ProcessedAt.ToUnixTimeMilliseconds());
            }

            if (!_spark.SequenceEqual(history.Spark))
            {
                _spark = history.Spark;
                _sparkDirty = _rowDirty = true;
            }

            _reference = stored.Change24h is { } change ? stored.Price - change : null;
            _candleVolume = stored.Volume24h;
            if (stored.VenueVolume24h is { } volume && _venueVolumes.Count == 0)
                _venueVolumes[stored.Source] = volume;
            if (stored.Bid is not null && _row!.Bid is null)
            {
                _quotedAt = stored.ProcessedAt.ToUnixTimeMilliseconds();
                _row = _row with { Bid = stored.Bid, Ask = stored.Ask };
            }

            var derived = Derive(_row!);
            _rowDirty |= derived != _row;
            _row = derived;
        }
    }

    /// <summary>True while no trade is remembered.</summary>
    public bool NeedsTrades
    {
        get
        {
            lock (_lock)
                return _recent.Count + _pending.Count == 0;
        }
    }

    /// <summary>Fills the trade list from the database before the first tick; later calls do nothing.</summary>
    public void SeedTrades(IEnumerable<TradeLine> oldestFirst)
    {
        lock (_lock)
        {
            if (_recent.Count + _pending.Count > 0)
                return;
            foreach (var trade in oldestFirst)
                Remember(trade);
        }
    }

    /// <summary>Hands out the row when it changed since the last call and publishes it with its trades on <see cref="Channel"/>.</summary>
    public SymbolRow? Flush()
    {
        SymbolRow? changed = null;
        Channel.Publish(() =>
        {
            lock (_lock)
            {
                if (!_rowDirty && _pending.Count == 0)
                    return null;
                changed = _row is null ? null : _sparkDirty ? _row with { Spark = _spark } : _row;
                var update = new SymbolUpdate(changed, _pending.ToArray(), _skipped);
                foreach (var trade in _pending)
                    Remember(trade);
                _pending.Clear();
                _skipped = 0;
                _rowDirty = _sparkDirty = false;
                return update;
            }
        });
        return changed;
    }

    public (long Sequence, SymbolUpdate State) Join(Subscriber subscriber) => Channel.Join(subscriber, () =>
    {
        lock (_lock)
            return new SymbolUpdate(_row is null ? null : _row with { Spark = _spark }, _recent.ToArray(), 0);
    });

    private void ApplyTrade(in BronzeRecord trade, long receivedAtMs)
    {
        if (_pending.Count == RecentTrades)
        {
            _pending.RemoveAt(0);
            _skipped++;
        }

        var line = TradeLine.Of(trade.TradeId, trade.EventTimeUs, trade.Price, trade.Size, trade.Side, trade.Source);
        _pending.Add(line);
        SetPrice(new TradePoint(trade.EventTimeUs, trade.Source, trade.TradeId, trade.Price), line.Venue, receivedAtMs);
    }

    private void ApplyTicker(in BronzeRecord ticker, long receivedAtMs)
    {
        if (ticker.Volume24h is { } volume)
            _venueVolumes[ticker.Source] = volume;
        if (_latest is null || ticker.EventTimeUs - _latest.Value.EventTimeUs > TickerLeadUs)
            SetPrice(new TradePoint(ticker.EventTimeUs, ticker.Source, 0, ticker.Price), Venue.OfSource(ticker.Source).Name, receivedAtMs);
        if (_row is null)
            return;
        if (ticker.Bid is not null)
            _quotedAt = receivedAtMs;
        _row = Derive(_row with { Bid = ticker.Bid ?? _row.Bid, Ask = ticker.Ask ?? _row.Ask, ReceivedAt = receivedAtMs });
        _rowDirty = true;
    }

    private void SetPrice(in TradePoint point, string venue, long receivedAtMs)
    {
        if (_latest is { } latest && point.IsBefore(latest) && latest.EventTimeUs - point.EventTimeUs < RestartUs)
            return;
        _latest = point;
        _row = Derive((_row ?? new SymbolRow { Symbol = symbol, Price = point.Price, Venue = venue, Source = point.Venue, EventTime = 0, ReceivedAt = 0 }) with
        {
            Price = point.Price,
            Venue = venue,
            Source = point.Venue,
            EventTime = point.EventTimeUs / 1000,
            ReceivedAt = receivedAtMs,
        });
        _rowDirty = true;
    }

    private SymbolRow Derive(SymbolRow row) => row with
    {
        Bid = row.ReceivedAt - _quotedAt > QuoteLifeMs ? null : row.Bid,
        Ask = row.ReceivedAt - _quotedAt > QuoteLifeMs ? null : row.Ask,
        ChangePercent = _reference is > 0 ? Math.Round((row.Price - _reference.Value) / _reference.Value * 100, 4) : null,
        Volume24h = _venueVolumes.Count > 0 ? _venueVolumes.Values.Sum() : _candleVolume,
    };

    private void Remember(TradeLine trade)
    {
        _recent.Enqueue(trade);
        if (_recent.Count > RecentTrades)
            _recent.Dequeue();
    }
}
