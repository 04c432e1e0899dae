using System.Net.WebSockets;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Kraken;

/// <summary>One client of Kraken's WebSocket v2: <c>trade</c> and <c>ticker</c>, with a heartbeat a second as soon as there is a subscription.</summary>
internal sealed class KrakenSocket(WebSocketMessages socket, IMarket market, TimeProvider clock)
{
    private const int SnapshotLength = 50;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(1), Beat = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<(string Channel, string Symbol)> subscriptions = [];
    private readonly Dictionary<string, Instrument> known = market.InstrumentsOf(VenueNames.Kraken).ToDictionary(i => i.Id);
    private readonly SemaphoreSlim sending = new(1);
    private long lastActivity = clock.GetTimestamp();

    // The stream registers with the market at the first subscription (a replay begins then), before that is answered: an answer proves that nothing is missed
    // from then on.
    private readonly TaskCompletionSource<IAsyncEnumerable<IReadOnlyList<MarketTrade>>> feed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Task> Start(CancellationToken cancellation) => [ReceiveAsync(cancellation), StreamAsync(cancellation), BeatAsync(cancellation)];

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        await socket.SendAsync(KrakenMessages.Status(Environment.TickCount64), cancellation);
        while (await socket.ReceiveAsync(cancellation) is { } message)
        {
            Volatile.Write(ref lastActivity, clock.GetTimestamp());
            try
            {
                using var json = JsonDocument.Parse(message);
                await HandleAsync(json.RootElement, cancellation);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                await socket.SendAsync(KrakenMessages.Refuse(null, null, "Malformed JSON data in payload", default, clock.GetUtcNow()), cancellation);
            }
        }
    }

    private async Task HandleAsync(JsonElement request, CancellationToken cancellation)
    {
        var id = request.TryGetProperty("req_id", out var given) ? given : default;
        var method = request.GetProperty("method").GetString()!;
        switch (method)
        {
            case "ping":
                await socket.SendAsync(KrakenMessages.Pong(id, clock.GetUtcNow()), cancellation);
                return;
            case "subscribe" or "unsubscribe":
                break;
            default:
                await socket.SendAsync(KrakenMessages.Refuse(method, null, "Unsupported method", id, clock.GetUtcNow()), cancellation);
                return;
        }
        // A symbol's confirmation and snapshot come before its updates.
        await sending.WaitAsync(cancellation);
        try
        {
            await SubscribeAsync(request.GetProperty("params"), method, id, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task SubscribeAsync(JsonElement parameters, string method, JsonElement id, CancellationToken cancellation)
    {
        var channel = parameters.GetProperty("channel").GetString()!;
        if (channel is not ("trade" or "ticker"))
        {
            await socket.SendAsync(KrakenMessages.Refuse(method, null, "Unsupported channel", id, clock.GetUtcNow()), cancellation);
            return;
        }
        // Trades come with a snapshot only when it is asked for, tickers unless it is not.
        var snapshot = parameters.TryGetProperty("snapshot", out var wanted) ? wanted.GetBoolean() : channel == "ticker";
        var symbols = parameters.GetProperty("symbol").EnumerateArray().Select(s => s.GetString()!).ToList();
        lock (gate)
        {
            foreach (var symbol in symbols.Where(known.ContainsKey))
            {
                if (method == "subscribe") subscriptions.Add((channel, symbol));
                else subscriptions.Remove((channel, symbol));
            }
        }
        if (!feed.Task.IsCompleted) feed.SetResult(market.Follow(VenueNames.Kraken, i => Has("trade", i.Id) || Has("ticker", i.Id), cancellation));
        foreach (var symbol in symbols)
        {
            if (!known.TryGetValue(symbol, out var instrument))
            {
                await socket.SendAsync(KrakenMessages.Refuse(method, symbol, $"Currency pair not supported {symbol}", id, clock.GetUtcNow()), cancellation);
                continue;
            }
            await socket.SendAsync(KrakenMessages.Confirm(method, channel, symbol, method == "subscribe" ? snapshot : null, id, clock.GetUtcNow()), cancellation);
            if (method == "subscribe" && snapshot) await SendSnapshotAsync(channel, instrument, cancellation);
        }
    }

    private async Task SendSnapshotAsync(string channel, Instrument instrument, CancellationToken cancellation)
    {
        if (market.Latest(instrument) is not { } latest) return;
        if (channel == "trade") await socket.SendAsync(KrakenMessages.Trades("snapshot", market.Newest(instrument, SnapshotLength)), cancellation);
        else if (market.Summary(instrument) is { } day) await socket.SendAsync(KrakenMessages.Ticker("snapshot", latest, day), cancellation);
    }

    private bool Has(string channel, string symbol)
    {
        lock (gate) return subscriptions.Contains((channel, symbol));
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await foreach (var batch in await feed.Task.WaitAsync(cancellation))
        {
            // All fills that fall together come in one message.
            await sending.WaitAsync(cancellation);
            try
            {
                foreach (var trades in batch.GroupBy(t => t.Instrument))
                {
                    if (Has("trade", trades.Key.Id)) await socket.SendAsync(KrakenMessages.Trades("update", trades), cancellation);
                    if (Has("ticker", trades.Key.Id) && market.Summary(trades.Key) is { } day) await socket.SendAsync(KrakenMessages.Ticker("update", trades.Last(), day), cancellation);
                }
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
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            bool isSubscribed;
            lock (gate) isSubscribed = subscriptions.Count > 0;
            if (isSubscribed)
            {
                await socket.SendAsync(KrakenMessages.Heartbeat, cancellation);
            }
            else if (clock.GetElapsedTime(Volatile.Read(ref lastActivity)) > IdleLimit)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "idle", cancellation);
                return;
            }
        }
    }
}
