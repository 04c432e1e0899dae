using System.Collections.Concurrent;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Binance;

/// <summary>One client of Binance's combined stream; <c>&lt;symbol&gt;@trade</c> streams carry data, others can be subscribed to and stay silent.</summary>
internal sealed class BinanceSocket
{
    private readonly WebSocketMessages socket;
    private readonly IMarket market;
    private readonly ConcurrentDictionary<string, byte> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<Instrument, string> names;
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BinanceSocket(WebSocketMessages socket, IMarket market, IEnumerable<string> streams)
    {
        this.socket = socket;
        this.market = market;
        names = market.InstrumentsOf(VenueNames.Binance).ToDictionary(i => i, BinanceMessages.StreamOf);
        Subscribe(streams);
    }

    // The stream registers with the market before the first request is answered: an answer proves that nothing is missed from then on.
    public IReadOnlyList<Task> Start(CancellationToken cancellation)
    {
        var stream = StreamAsync(cancellation);
        return [ReceiveAsync(cancellation), stream];
    }

    private void Subscribe(IEnumerable<string> wanted)
    {
        foreach (var stream in wanted) streams[stream] = 0;
        if (!streams.IsEmpty) subscribed.TrySetResult();
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        var feed = market.Follow(VenueNames.Binance, i => streams.ContainsKey(names[i]), cancellation);
        await foreach (var batch in feed)
            foreach (var trade in batch)
                await socket.SendAsync(BinanceMessages.Trade(trade), cancellation);
    }

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
}
