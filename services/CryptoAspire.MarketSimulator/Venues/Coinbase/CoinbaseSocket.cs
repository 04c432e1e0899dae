using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Coinbase;

/// <summary>One client of the Coinbase Exchange feed: <c>matches</c>, <c>ticker</c> and <c>heartbeat</c>.</summary>
internal sealed class CoinbaseSocket(WebSocketMessages socket, IMarket market, TimeProvider clock)
{
    /// <summary>"Subscribe within 5 seconds or be disconnected."</summary>
    private static readonly TimeSpan SubscribeDeadline = TimeSpan.FromSeconds(5);

    private static readonly string[] Channels = ["matches", "ticker", "heartbeat", StatusChannel];

    /// <summary>Of all products, so it is subscribed without any.</summary>
    private const string StatusChannel = "status";

    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<string>> subscriptions = [];
    private readonly HashSet<string> begun = []; // products whose last_match has been sent: their matches follow it
    private readonly ConcurrentDictionary<string, long> lastTradeIds = new(), toldIds = new(); // told: by a last_match, or before the stream came to it
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Task> Start(CancellationToken cancellation) =>
        [ReceiveAsync(cancellation), StreamAsync(cancellation), HeartbeatAsync(cancellation), StatusAsync(cancellation), EnforceDeadlineAsync(cancellation)];

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
                await socket.SendAsync(CoinbaseMessages.Error("Malformed JSON", e.Message), cancellation);
            }
        }
    }

    private async Task HandleAsync(JsonElement request, CancellationToken cancellation)
    {
        var type = request.GetProperty("type").GetString();
        if (type is not ("subscribe" or "unsubscribe"))
        {
            await socket.SendAsync(CoinbaseMessages.Error("Malformed JSON", $"type {type} is not valid"), cancellation);
            return;
        }

        // 1. The whole message is refused if one product or channel is unknown.
        var wanted = Requested(request).ToList();
        var known = market.InstrumentsOf(VenueNames.Coinbase).ToDictionary(i => i.Id);
        if (wanted.FirstOrDefault(w => !Channels.Contains(w.Channel)) is { Channel: { } channel })
        {
            await socket.SendAsync(CoinbaseMessages.Error("Failed to subscribe", $"{channel} is not a valid channel"), cancellation);
            return;
        }
        if (wanted.Count == 0 || wanted.FirstOrDefault(w => w.Channel != StatusChannel && !known.ContainsKey(w.Product)) is { Product: not null })
        {
            var product = wanted.FirstOrDefault(w => w.Channel != StatusChannel && !known.ContainsKey(w.Product)).Product;
            await socket.SendAsync(CoinbaseMessages.Error("Failed to subscribe", product is null ? "no channels provided" : $"{product} is not a valid product"), cancellation);
            return;
        }

        // 2. Acknowledge with everything that is now subscribed.
        var fresh = new List<string>();
        byte[] reply;
        lock (gate)
        {
            foreach (var (name, product) in wanted)
            {
                var products = subscriptions.TryGetValue(name, out var set) ? set : subscriptions[name] = [];
                if (type == "unsubscribe")
                {
                    products.Remove(product);
                    if (name == "matches") begun.Remove(product);
                }
                else if (products.Add(product) && name == "matches") fresh.Add(product);
            }
            reply = CoinbaseMessages.Subscriptions(subscriptions.Where(s => s.Value.Count > 0));
        }
        subscribed.TrySetResult();
        await socket.SendAsync(reply, cancellation);

        // 3. The last trade of each product that is new on matches: old by now, and perhaps known to the client.
        foreach (var product in fresh)
        {
            lastTradeIds.TryRemove(product, out _);
            toldIds.TryRemove(product, out _);
            if (market.Latest(known[product]) is { } latest)
            {
                await socket.SendAsync(CoinbaseMessages.Match(latest, last: true), cancellation);
                lastTradeIds[product] = toldIds[product] = latest.Id;
            }
            lock (gate)
                if (subscriptions["matches"].Contains(product)) begun.Add(product);
        }
    }

    /// <summary>A channel is a string, for the message's products, or an object with products of its own.</summary>
    private static IEnumerable<(string Channel, string Product)> Requested(JsonElement request)
    {
        var common = Strings(request, "product_ids");
        foreach (var channel in request.GetProperty("channels").EnumerateArray())
        {
            var name = channel.ValueKind == JsonValueKind.Object ? channel.GetProperty("name").GetString() : channel.GetString();
            var products = channel.ValueKind == JsonValueKind.Object && channel.TryGetProperty("product_ids", out _) ? Strings(channel, "product_ids") : common;
            if (name == StatusChannel) yield return (StatusChannel, "");
            else foreach (var product in products) yield return (name!, product);
        }
    }

    private static List<string> Strings(JsonElement json, string name) =>
        json.TryGetProperty(name, out var array) ? [.. array.EnumerateArray().Select(e => e.GetString()!)] : [];

    private bool IsSubscribed(string channel, string product)
    {
        lock (gate) return subscriptions.TryGetValue(channel, out var products) && products.Contains(product);
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        var feed = market.Follow(VenueNames.Coinbase, i => IsSubscribed("matches", i.Id) || IsSubscribed("ticker", i.Id), cancellation);
        await foreach (var batch in feed)
        {
            var newest = new Dictionary<Instrument, MarketTrade>();
            foreach (var trade in batch)
            {
                newest[trade.Instrument] = trade;
                if (HasBegun(trade.Instrument.Id)) await SendMatchesAsync(trade, cancellation);
            }
            // A cascade of matches gives one ticker, as on the real feed.
            foreach (var trade in newest.Values)
                if (IsSubscribed("ticker", trade.Instrument.Id) && market.Summary(trade.Instrument) is { } summary)
                    await socket.SendAsync(CoinbaseMessages.Ticker(trade, summary), cancellation);
        }
    }

    private bool HasBegun(string product)
    {
        lock (gate) return begun.Contains(product);
    }

    /// <summary>The trade, after those since the last one that was sent: the stream may have passed them while the product's last_match was under way.</summary>
    private async Task SendMatchesAsync(MarketTrade trade, CancellationToken cancellation)
    {
        const int chunk = 1_000;
        var product = trade.Instrument.Id;
        while (lastTradeIds.TryGetValue(product, out var last) && last + 1 < trade.Id)
        {
            var missed = market.TradesFrom(trade.Instrument, last + 1, chunk).TakeWhile(t => t.Id < trade.Id).ToList();
            if (missed.Count == 0) break;
            foreach (var before in missed) await SendAsync(before);
            toldIds[product] = missed[^1].Id;
        }
        if (trade.Id > toldIds.GetValueOrDefault(product)) await SendAsync(trade);

        Task SendAsync(MarketTrade match)
        {
            lastTradeIds[product] = Math.Max(match.Id, lastTradeIds.GetValueOrDefault(product));
            return socket.SendAsync(CoinbaseMessages.Match(match, last: false), cancellation);
        }
    }

    private async Task HeartbeatAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await second.WaitForNextTickAsync(cancellation))
            foreach (var instrument in market.InstrumentsOf(VenueNames.Coinbase))
                if (IsSubscribed("heartbeat", instrument.Id))
                    await socket.SendAsync(CoinbaseMessages.Heartbeat(instrument, lastTradeIds.GetValueOrDefault(instrument.Id), clock.GetUtcNow()), cancellation);
    }

    private async Task StatusAsync(CancellationToken cancellation)
    {
        await subscribed.Task.WaitAsync(cancellation);
        using var timer = new PeriodicTimer(StatusInterval, clock);
        do
        {
            if (IsSubscribed(StatusChannel, "")) await socket.SendAsync(CoinbaseMessages.Status(market.InstrumentsOf(VenueNames.Coinbase)), cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task EnforceDeadlineAsync(CancellationToken cancellation)
    {
        var deadline = Task.Delay(SubscribeDeadline, clock, cancellation);
        if (await Task.WhenAny(subscribed.Task, deadline) == deadline)
        {
            cancellation.ThrowIfCancellationRequested();
            await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "no subscription within 5 s", cancellation);
            return;
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
    }
}
