using System.Collections.Concurrent;
using CryptoAspire.Dashboard.Hubs;

namespace CryptoAspire.Dashboard.Live;

/// <summary>The channels <c>gold</c> (newest rows of every symbol) and <c>gold:X</c> (the last rows of one symbol), read from the database while watched.</summary>
public sealed class GoldState(MarketState market, MarketHistory history)
{
    private readonly ConcurrentDictionary<string, GoldStream> _symbols = new(StringComparer.Ordinal);
    private readonly GoldStream _all = new("gold");

    /// <summary>Adds a subscriber after reading the rows anew, so that its snapshot is fresh although nobody watched before.</summary>
    public async Task<(HubChannel Channel, long Sequence, GoldUpdate State)> JoinAsync(string? symbol, Subscriber subscriber, CancellationToken cancel)
    {
        var stream = symbol is null ? _all : _symbols.GetOrAdd(symbol, static s => new GoldStream($"gold:{s}"));
        await RefreshAsync(stream, symbol, cancel);
        var (sequence, state) = stream.Join(subscriber);
        return (stream.Channel, sequence, state);
    }

    /// <summary>Reads what is watched and publishes what changed.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (_all.Channel.HasSubscribers)
            await RefreshAsync(_all, null, cancel);
        foreach (var (symbol, stream) in _symbols)
        {
            if (stream.Channel.HasSubscribers)
                await RefreshAsync(stream, symbol, cancel);
        }
    }

    private async Task RefreshAsync(GoldStream stream, string? symbol, CancellationToken cancel)
    {
        if (symbol is not null)
        {
            var (tenMinute, hourly) = await history.GoldAsync(symbol, MarketHistory.TenMinuteRows, MarketHistory.HourlyRows, cancel);
            stream.Apply(tenMinute, hourly);
            return;
        }

        List<Storage.Queries.TenMinuteMetrics> tenMinutes = [];
        List<Storage.Queries.HourlyMetrics> hours = [];
        foreach (var row in market.Rows)
        {
            var (tenMinute, hourly) = await history.GoldAsync(row.Symbol, 1, 1, cancel);
            tenMinutes.AddRange(tenMinute);
            hours.AddRange(hourly);
        }

        stream.Apply(tenMinutes, hours);
    }
}
