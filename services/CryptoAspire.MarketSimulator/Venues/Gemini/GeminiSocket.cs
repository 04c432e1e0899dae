using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Gemini;

/// <summary>
/// One client of Gemini's v2 market data: <c>l2</c>, with the last hundred trades of a symbol first, and a heartbeat every five seconds. Nothing is
/// acknowledged but by that first message.
/// </summary>
internal sealed class GeminiSocket(WebSocketMessages socket, IMarket market, TimeProvider clock)
{
    private const int SnapshotLength = 100;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly HashSet<string> symbols = [];
    private readonly Dictionary<string, Instrument> known = market.InstrumentsOf(VenueNames.Gemini).ToDictionary(i => i.Id, StringComparer.OrdinalIgnoreCase);

    // The stream registers with the market at the first subscription (a replay begins then), before that is answered: an answer proves that nothing is missed
    // from then on.
    private readonly TaskCompletionSource<IAsyncEnumerable<IReadOnlyList<MarketTrade>>> feed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly SemaphoreSlim sending = new(1);

    public IReadOnlyList<Task> Start(CancellationToken cancellation) => [ReceiveAsync(cancellation), StreamAsync(cancellation), BeatAsync(cancellation)];

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (await socket.ReceiveAsync(cancellation) is { } message)
        {
            try
            {
                using var json = JsonDocument.Parse(message);
                await HandleAsync(json.RootElement, cancellation);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                await socket.SendAsync(GeminiMessages.Error("InvalidJson", e.Message), cancellation);
            }
        }
    }

    private async Task HandleAsync(JsonElement request, CancellationToken cancellation)
    {
        var type = request.GetProperty("type").GetString();
        if (type is not ("subscribe" or "unsubscribe"))
        {
            await socket.SendAsync(GeminiMessages.Error("InvalidRequest", $"type {type} is not known"), cancellation);
            return;
        }
        // A symbol's snapshot comes before its trades.
        await sending.WaitAsync(cancellation);
        try
        {
            await SubscribeAsync(request, type == "subscribe", cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task SubscribeAsync(JsonElement request, bool subscribe, CancellationToken cancellation)
    {
        foreach (var subscription in request.GetProperty("subscriptions").EnumerateArray())
        {
            // Candles and other channels can be subscribed to and stay silent.
            if (subscription.GetProperty("name").GetString() != "l2") continue;
            var wanted = subscription.GetProperty("symbols").EnumerateArray().Select(s => s.GetString()!).ToList();
            lock (gate)
            {
                foreach (var id in wanted.Where(known.ContainsKey).Select(s => known[s].Id))
                {
                    if (subscribe) symbols.Add(id);
                    else symbols.Remove(id);
                }
            }
            if (!feed.Task.IsCompleted) feed.SetResult(market.Follow(VenueNames.Gemini, i => Has(i.Id), cancellation));
            foreach (var symbol in wanted)
            {
                if (!known.TryGetValue(symbol, out var instrument))
                {
                    await socket.SendAsync(GeminiMessages.Error("InvalidSymbol", $"Supplied value '{symbol}' is not a valid symbol."), cancellation);
                    continue;
                }
                if (subscribe) await SendSnapshotAsync(instrument, cancellation);
            }
        }
    }

    private Task SendSnapshotAsync(Instrument instrument, CancellationToken cancellation)
    {
        var message = GeminiMessages.Snapshot(instrument, market.Newest(instrument, SnapshotLength), market.Summary(instrument));
        return socket.SendAsync(message, cancellation);
    }

    private bool Has(string symbol)
    {
        lock (gate) return symbols.Contains(symbol);
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await foreach (var batch in await feed.Task.WaitAsync(cancellation))
        {
            await sending.WaitAsync(cancellation);
            try
            {
                foreach (var trade in batch) await socket.SendAsync(GeminiMessages.Trade(trade), cancellation);
                foreach (var trades in batch.GroupBy(t => t.Instrument)) await socket.SendAsync(GeminiMessages.Book(trades.Last(), market.Summary(trades.Key)), cancellation);
            }
            finally
            {
                sending.Release();
            }
        }
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        while (await timer.WaitForNextTickAsync(cancellation)) await socket.SendAsync(GeminiMessages.Heartbeat(clock.GetUtcNow()), cancellation);
    }
}
