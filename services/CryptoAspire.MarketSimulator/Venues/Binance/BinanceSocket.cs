using System.Collections.Concurrent;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>
/// One client of Binance's combined stream: <c>trade</c>, <c>aggTrade</c>, <c>miniTicker</c> and <c>kline_1m</c> of each symbol; others can be subscribed to and stay
/// silent, as do all but trades while the market is a capture, which has no others.
/// </summary>
internal sealed class BinanceSocket
{
    private readonly WebSocketMessages socket;
    private readonly IMarket market;
    private readonly ConcurrentDictionary<string, byte> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<Instrument, Names> names;
    private readonly TimeProvider clock;
    private readonly RunningMinutes minutes;
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BinanceSocket(WebSocketMessages socket, IMarket market, IEnumerable<string> streams, TimeProvider clock)
    {
        this.socket = socket;
        this.market = market;
        this.clock = clock;
        minutes = new RunningMinutes(market);
        names = market.InstrumentsOf(VenueNames.Binance).ToDictionary(i => i, i => new Names(
            BinanceMessages.StreamOf(i, BinanceMessages.Trades), BinanceMessages.StreamOf(i, BinanceMessages.Aggregates),
            BinanceMessages.StreamOf(i, BinanceMessages.MiniTickers), BinanceMessages.StreamOf(i, BinanceMessages.Klines)));
        Subscribe(streams);
    }

    // The stream registers with the market before the first request is answered: an answer proves that nothing is missed from then on.
    public IReadOnlyList<Task> Start(CancellationToken cancellation)
    {
        var stream = StreamAsync(cancellation);
        return [ReceiveAsync(cancellation), stream, TellAsync(cancellation)];
    }

    private void Subscribe(IEnumerable<string> wanted)
    {
        foreach (var stream in wanted) streams[stream] = 0;
        if (!streams.IsEmpty) subscribed.TrySetResult();
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        var feed = market.Follow(VenueNames.Binance, i => Has(names[i].Trades) || Has(names[i].Aggregates) || Has(names[i].Klines), cancellation);
        await foreach (var batch in feed)
        {
            foreach (var trade in batch)
            {
                var name = names[trade.Instrument];
                if (Has(name.Trades)) await socket.SendAsync(BinanceMessages.Trade(trade, name.Trades), cancellation);
                if (!trade.Wire.IsEmpty) continue;
                if (Has(name.Aggregates)) await socket.SendAsync(BinanceMessages.Aggregate(trade, name.Aggregates), cancellation);
                if (Has(name.Klines) && minutes.Add(trade) is var (closed, last)) await socket.SendAsync(BinanceMessages.Kline(closed, last, isClosed: true, name.Klines, clock.GetUtcNow()), cancellation);
            }
        }
    }

    /// <summary>Every second what the clock brings.</summary>
    private async Task TellAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await second.WaitForNextTickAsync(cancellation))
        {
            foreach (var (instrument, name) in names)
            {
                if (Has(name.MiniTickers) && market.Latest(instrument) is { } latest && market.Summary(instrument) is { } day)
                    await socket.SendAsync(BinanceMessages.MiniTicker(latest, day, name.MiniTickers, clock.GetUtcNow()), cancellation);
                if (Has(name.Klines) && minutes.Find(instrument) is var (running, last)) await socket.SendAsync(BinanceMessages.Kline(running, last, isClosed: false, name.Klines, clock.GetUtcNow()), cancellation);
            }
        }
    }

    private bool Has(string stream) => streams.ContainsKey(stream);

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (await socket.ReceiveAsync(cancellation) is { } message)
        {
            ReadOnlyMemory<byte> reply;
            try
            {
                using var json = JsonDocument.Parse(message);
                reply = Handle(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                reply = BinanceMessages.Error(3, $"Invalid JSON: {e.Message}");
            }
            await socket.SendAsync(reply, cancellation);
        }
    }

    private ReadOnlyMemory<byte> Handle(JsonElement request)
    {
        var id = request.TryGetProperty("id", out var given) ? given : default;
        if (id.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Null))
            return BinanceMessages.Error(2, "Invalid request: request ID must be an unsigned integer");
        var method = request.GetProperty("method").GetString();
        switch (method)
        {
            case "SUBSCRIBE":
                Subscribe(Params(request));
                return BinanceMessages.Acknowledge(id);
            case "UNSUBSCRIBE":
                foreach (var stream in Params(request)) streams.TryRemove(stream, out _);
                return BinanceMessages.Acknowledge(id);
            case "LIST_SUBSCRIPTIONS":
                return BinanceMessages.List(streams.Keys.Order(StringComparer.Ordinal), id);
            default:
                return BinanceMessages.Error(2, $"Invalid request: unknown variant `{method}`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`");
        }
    }

    private static List<string> Params(JsonElement request) => [.. request.GetProperty("params").EnumerateArray().Select(e => e.GetString()!)];

    private sealed record Names(string Trades, string Aggregates, string MiniTickers, string Klines);
}
