using System.Diagnostics.CodeAnalysis;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Hubs;

/// <summary>A channel's name, read: <c>market</c>, <c>pipeline</c>, <c>gold</c>, <c>gold:SYMBOL</c>, <c>symbol:SYMBOL</c> or <c>candles:SYMBOL:INTERVAL</c>.</summary>
public readonly record struct ChannelName(string Kind, string? Symbol, Interval Interval)
{
    /// <summary>Reads a name; any spelling of a symbol is taken.</summary>
    /// <param name="text">What the browser sent.</param>
    /// <param name="name">The name, when true is returned.</param>
    /// <param name="problem">What is wrong and what to write instead, when false is returned.</param>
    public static bool TryParse(string? text, out ChannelName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        problem = null;
        var parts = (text ?? "").Split(':');
        switch (parts)
        {
            case ["market" or "pipeline" or "gold"]:
                name = new ChannelName(parts[0], null, default);
                return true;
            case ["symbol" or "gold", var pair] when Market.Symbol.TryParse(pair, out var symbol):
                name = new ChannelName(parts[0], symbol.Name, default);
                return true;
            case ["candles", var pair, var length] when Market.Symbol.TryParse(pair, out var symbol) && Intervals.TryParse(length, out var interval):
                name = new ChannelName("candles", symbol.Name, interval);
                return true;
            default:
                problem = $"channel: '{(text is { Length: > 60 } ? text[..60] + "…" : text)}' is not a channel; use market, pipeline, gold, gold:BTC-USD, symbol:BTC-USD or candles:BTC-USD:1m "
                    + "(intervals 1m 5m 15m 1h 4h 1d).";
                return false;
        }
    }

    public override string ToString() => Kind switch
    {
        "candles" => $"candles:{Symbol}:{Interval.Name()}",
        _ => Symbol is null ? Kind : $"{Kind}:{Symbol}",
    };
}
