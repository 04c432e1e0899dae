using System.Net.WebSockets;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.CoinbaseAdvanced;

/// <summary>
/// One client of the Coinbase Advanced Trade feed: <c>market_trades</c>, <c>ticker</c>, <c>candles</c> and <c>heartbeats</c>, one channel a request. The books are
/// those of Coinbase Exchange. Without heartbeats the connection is closed when nothing has been sent for a while.
/// </summary>
internal sealed class CoinbaseAdvancedSocket(WebSocketMessages socket, IMarket market, TimeProvider clock)
{
    private const int SnapshotLength = 100, CandleMemory = 5_000;
    private const string MarketTrades = "market_trades", Ticker = "ticker", Candles = "candles", Heartbeats = "heartbeats";

    /// <summary>"Subscribe within 5 seconds or be disconnected"; "most channels close within 60-90 seconds if no updates are sent".</summary>
    private static readonly TimeSpan SubscribeDeadline = TimeSpan.FromSeconds(5), QuietLimit = TimeSpan.FromSeconds(90), CandleInterval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<string, HashSet<string>> subscriptions = [];
    private readonly Dictionary<string, Instrument> known = market.InstrumentsOf(VenueNames.Coinbase).ToDictionary(i => i.Id);
    private readonly Dictionary<string, (RunningCandle? Candle, long Bucket, bool Changed)> candles = [];
    private readonly long opened = clock.GetTimestamp();
    private long number, counter, lastSent = clock.GetTimestamp();

    // The stream registers with the market at the first subscription (a replay begins then), before that is answered: an answer proves that nothing is missed
    // from then on.
    private readonly TaskCompletionSource<IAsyncEnumerable<IReadOnlyList<MarketTrade>>> feed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Task> Start(CancellationToken cancellation) => [ReceiveAsync(cancellation), StreamAsync(cancellation), WatchAsync(cancellation)];

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
                await socket.SendAsync(CoinbaseAdvancedMessages.Failure, cancellation);
            }
        }
    }

    private async Task HandleAsync(JsonElement request, CancellationToken cancellation)
    {
        // 1. One channel a request; a product that is unknown refuses it whole.
        var type = request.GetProperty("type").GetString();
        var channel = request.GetProperty("channel").GetString()!;
        List<string> products = channel == Heartbeats ? [Heartbeats]
            : request.TryGetProperty("product_ids", out var ids) ? [.. ids.EnumerateArray().Select(p => p.GetString()!)] : [.. known.Keys];
        if (type is not ("subscribe" or "unsubscribe") || channel is not (MarketTrades or Ticker or Candles or Heartbeats) || (channel != Heartbeats && !products.TrueForAll(known.ContainsKey)))
        {
            await socket.SendAsync(CoinbaseAdvancedMessages.Failure, cancellation);
            return;
        }

        // 2. Snapshots come before the confirmation, as on the real feed.
        List<string> fresh;
        lock (gate)
        {
            if (!subscriptions.TryGetValue(channel, out var set)) subscriptions[channel] = set = [];
            fresh = type == "subscribe" ? [.. products.Where(set.Add)] : [];
            if (type == "unsubscribe") set.ExceptWith(products);
        }
        if (channel != Heartbeats && !feed.Task.IsCompleted)
            feed.SetResult(market.Follow(VenueNames.Coinbase, i => Has(MarketTrades, i.Id) || Has(Ticker, i.Id) || Has(Candles, i.Id), cancellation));
        foreach (var product in fresh.Where(known.ContainsKey)) await SendSnapshotAsync(channel, known[product], cancellation);
        await SendAsync((n, now) =>
        {
            lock (gate) return CoinbaseAdvancedMessages.Subscriptions(n, now, subscriptions.Where(s => s.Value.Count > 0));
        }, cancellation);
    }

    private async Task SendSnapshotAsync(string channel, Instrument instrument, CancellationToken cancellation)
    {
        if (market.Latest(instrument) is not { } latest) return;
        switch (channel)
        {
            case MarketTrades:
                var trades = market.Newest(instrument, SnapshotLength);
                await SendAsync((n, now) => CoinbaseAdvancedMessages.Trades(n, now, "snapshot", trades), cancellation);
                break;
            case Ticker when market.Summary(instrument) is { } day:
                await SendAsync((n, now) => CoinbaseAdvancedMessages.Ticker(n, now, "snapshot", latest, day), cancellation);
                break;
            case Candles:
                lock (gate)
                {
                    candles.Remove(instrument.Id);
                    foreach (var trade in market.TradesFrom(instrument, latest.Id - CandleMemory + 1, CandleMemory)) AddToCandle(trade);
                }
                await SendCandlesAsync("snapshot", c => c.Product == instrument.Id, cancellation);
                break;
        }
    }

    private bool Has(string channel, string product)
    {
        lock (gate) return subscriptions.TryGetValue(channel, out var products) && products.Contains(product);
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await foreach (var batch in await feed.Task.WaitAsync(cancellation))
        {
            foreach (var trades in batch.GroupBy(t => t.Instrument))
            {
                var product = trades.Key.Id;
                var oldestFirst = trades.ToList();
                if (Has(MarketTrades, product)) await SendAsync((n, now) => CoinbaseAdvancedMessages.Trades(n, now, "update", oldestFirst), cancellation);
                if (Has(Ticker, product) && market.Summary(trades.Key) is { } day) await SendAsync((n, now) => CoinbaseAdvancedMessages.Ticker(n, now, "update", oldestFirst[^1], day), cancellation);
                lock (gate)
                    foreach (var trade in oldestFirst)
                        AddToCandle(trade);
            }
        }
    }

    private void AddToCandle(MarketTrade trade)
    {
        var bucket = RunningCandle.BucketOf(trade);
        var isFirst = false;
        RunningCandle? candle = null;
        if (candles.TryGetValue(trade.Instrument.Id, out var before))
        {
            isFirst = bucket > before.Bucket;
            candle = before.Candle;
        }
        candles[trade.Instrument.Id] = (RunningCandle.Add(candle, trade, isFirst), bucket, true);
    }

    private Task SendCandlesAsync(string type, Func<RunningCandle, bool> wanted, CancellationToken cancellation) => SendAsync((n, now) =>
    {
        lock (gate)
        {
            var changed = candles.Values.Where(c => c is { Candle: not null, Changed: true } && wanted(c.Candle)).Select(c => c.Candle!).ToList();
            foreach (var candle in changed) candles[candle.Product] = candles[candle.Product] with { Changed = false };
            return changed.Count > 0 || type == "snapshot" ? CoinbaseAdvancedMessages.Candles(n, now, type, changed) : null;
        }
    }, cancellation);

    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var lastCandles = clock.GetTimestamp();
        while (await second.WaitForNextTickAsync(cancellation))
        {
            bool isSubscribed, beats;
            lock (gate) (isSubscribed, beats) = (subscriptions.Count > 0, subscriptions.ContainsKey(Heartbeats));
            var limit = isSubscribed ? QuietLimit : SubscribeDeadline;
            if (clock.GetElapsedTime(isSubscribed ? Volatile.Read(ref lastSent) : opened) > limit)
            {
                await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, isSubscribed ? "no updates" : "no subscription within 5 s", cancellation);
                return;
            }
            if (beats) await SendAsync((n, now) => CoinbaseAdvancedMessages.Heartbeat(n, now, ++counter), cancellation);
            if (clock.GetElapsedTime(lastCandles) < CandleInterval) continue;
            lastCandles = clock.GetTimestamp();
            await SendCandlesAsync("update", c => Has(Candles, c.Product), cancellation);
        }
    }

    /// <summary>Numbers a message at the moment when it is its turn, so that the numbers stand on the wire in order.</summary>
    private async Task SendAsync(Func<long, DateTimeOffset, byte[]?> make, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (make(number, clock.GetUtcNow()) is not { } message) return;
            number++;
            await socket.SendAsync(message, cancellation);
            Volatile.Write(ref lastSent, clock.GetTimestamp());
        }
        finally
        {
            turn.Release();
        }
    }
}
