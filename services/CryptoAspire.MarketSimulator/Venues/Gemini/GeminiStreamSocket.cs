using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;

namespace CryptoAspire.MarketSimulator.Venues.Gemini;

/// <summary>One client of Gemini's stream API: <c>btcusd@trade</c> and <c>btcusd@bookTicker</c>; other streams can be subscribed to and stay silent.</summary>
internal sealed class GeminiStreamSocket(WebSocketMessages socket, IMarket market, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> streams = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> known = market.InstrumentsOf(VenueNames.Gemini).Select(i => i.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);

    // The stream registers with the market at the first subscription (a replay begins then), before that is answered: an answer proves that nothing is missed
    // from then on.
    private readonly TaskCompletionSource<IAsyncEnumerable<IReadOnlyList<MarketTrade>>> feed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Task> Start(CancellationToken cancellation) => [ReceiveAsync(cancellation), StreamAsync(cancellation)];

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (await socket.ReceiveAsync(cancellation) is { } message)
        {
            byte[] reply;
            try
            {
                using var json = JsonDocument.Parse(message);
                reply = Handle(json.RootElement, cancellation);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                reply = GeminiMessages.StreamError(default, 400, -1013, $"Invalid JSON: {e.Message}");
            }
            await socket.SendAsync(reply, cancellation);
        }
    }

    private byte[] Handle(JsonElement request, CancellationToken cancellation)
    {
        var id = request.GetProperty("id");
        switch (request.GetProperty("method").GetString()!.ToLowerInvariant())
        {
            case "subscribe":
                var wanted = Parameters(request);
                if (wanted.FirstOrDefault(s => !known.Contains(s.Split('@')[0])) is { } unknown) return GeminiMessages.StreamError(id, 400, -1013, $"Invalid parameters: unknown stream {unknown}");
                lock (gate) streams.UnionWith(wanted);
                if (!feed.Task.IsCompleted) feed.SetResult(market.Follow(VenueNames.Gemini, i => Has(i, "@trade") || Has(i, "@bookTicker"), cancellation));
                return GeminiMessages.StreamAnswer(id);
            case "unsubscribe":
                lock (gate) streams.ExceptWith(Parameters(request));
                return GeminiMessages.StreamAnswer(id);
            case "list_subscriptions":
                List<string> all;
                lock (gate) all = [.. streams.Order(StringComparer.Ordinal)];
                return GeminiMessages.StreamAnswer(id, json =>
                {
                    json.WriteStartArray("result");
                    foreach (var stream in all) json.WriteStringValue(stream);
                    json.WriteEndArray();
                });
            case "ping":
                return GeminiMessages.StreamAnswer(id);
            case "time":
                return GeminiMessages.StreamAnswer(id, json =>
                {
                    json.WriteStartObject("result");
                    json.WriteNumber("serverTime", clock.GetUtcNow().ToUnixTimeMilliseconds());
                    json.WriteEndObject();
                });
            case var method:
                return GeminiMessages.StreamError(id, 400, -1020, $"Unsupported operation: {method}");
        }
    }

    private static List<string> Parameters(JsonElement request) => [.. request.GetProperty("params").EnumerateArray().Select(p => p.GetString()!)];

    private bool Has(Instrument instrument, string suffix)
    {
        lock (gate) return streams.Contains(instrument.Id + suffix);
    }

    private async Task StreamAsync(CancellationToken cancellation)
    {
        await foreach (var batch in await feed.Task.WaitAsync(cancellation))
            foreach (var trade in batch)
            {
                if (Has(trade.Instrument, "@trade")) await socket.SendAsync(GeminiMessages.StreamTrade(trade), cancellation);
                if (Has(trade.Instrument, "@bookTicker") && market.Summary(trade.Instrument) is { } day) await socket.SendAsync(GeminiMessages.StreamBookTicker(trade, day), cancellation);
            }
    }
}
