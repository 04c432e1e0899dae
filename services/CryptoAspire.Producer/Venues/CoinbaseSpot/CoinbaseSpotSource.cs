using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.CoinbaseSpot;

/// <summary>
/// Coinbase's v2 spot price, asked for every ten seconds as the replaced systems did. It is a cached reference price without time and volume, hence a ticker
/// with the time of receipt, to the interval so that several producers tell the same, never a trade. Those systems invented a volume; ours is the Exchange's of the
/// last 24 hours.
/// </summary>
/// <param name="rest">api.coinbase.com.</param>
/// <param name="exchange">The Exchange's REST interface: products and statistics.</param>
internal sealed class CoinbaseSpotSource(VenueRest rest, VenueRest exchange, ITrackedSymbols tracked, TimeProvider clock) : IPolledSource
{
    public const string SourceName = "coinbase-v2";

    public static readonly Uri LiveRest = new("https://api.coinbase.com/");

    /// <summary>10,000 an hour and address.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 2.5, Burst: 50);

    private const string Dollar = "USD";

    private static readonly RestEndpoint Spot = new("spot");
    private static readonly RestEndpoint Products = new("products") { Fresh = TimeSpan.FromMinutes(10) };
    private static readonly RestEndpoint Stats = new("stats") { Fresh = TimeSpan.FromMinutes(1) };

    public string Name => SourceName;

    public TimeSpan Interval => TimeSpan.FromSeconds(10);

    public async Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation)
    {
        var wanted = await WantedAsync(cancellation);
        var failures = new List<string>();
        foreach (var instrument in wanted)
        {
            try
            {
                var price = await PriceAsync(instrument, outlet, cancellation);
                if (price is null) continue;
                var volume = await VolumeAsync(instrument, cancellation);
                await outlet.TickerAsync(instrument, new VenueTicker(instrument.Id, ITickerSource.SlotOf(clock.GetUtcNow(), Interval), price.Value, null, null, volume), UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
            }
            catch (HttpRequestException e)
            {
                // One product that fails says nothing of the others.
                failures.Add($"{instrument.Id}: {e.Message}");
            }
        }
        if (failures.Count > 0 && failures.Count == wanted.Count) throw new HttpRequestException(failures[0]);
    }

    private async Task<List<VenueInstrument>> WantedAsync(CancellationToken cancellation)
    {
        var wishes = tracked.Current;
        using var products = await exchange.GetJsonAsync(Products, "products", cancellation);
        return RestAnswer.Read(products, root => root.EnumerateArray()
            .Select(p => (Id: p.GetProperty("id").GetString()!, Name: $"{p.GetProperty("base_currency").GetString()}-{p.GetProperty("quote_currency").GetString()}"))
            .Select(p => Symbol.TryParse(p.Name, out var symbol) ? new VenueInstrument(p.Id, symbol) : null)
            .OfType<VenueInstrument>()
            .Where(i => wishes.Any(w => w.Means(SourceName, i.Symbol, Dollar)))
            .ToList());
    }

    /// <summary>Null when the answer was put to the dead letters.</summary>
    private async Task<decimal?> PriceAsync(VenueInstrument instrument, IFeedOutlet outlet, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(Spot, $"v2/prices/{instrument.Id}/spot", cancellation);
        try
        {
            using var answer = RestAnswer.Parse(body);
            return RestAnswer.Read(answer, root => ReadPrice(root.GetProperty("data"), instrument.Symbol));
        }
        catch (HttpRequestException e)
        {
            await outlet.RejectAsync(body, e.Message, UnixMicroseconds.Of(clock.GetUtcNow()), cancellation);
            return null;
        }
    }

    private static decimal ReadPrice(JsonElement data, Symbol symbol)
    {
        var named = $"{data.GetProperty("base").GetString()}-{data.GetProperty("currency").GetString()}";
        if (named != symbol.Name) throw FieldException.Impossible("base and currency", named, symbol.Name);
        return RestAnswer.Positive(data.GetProperty("amount"), "amount");
    }

    /// <summary>Without statistics the price is still worth having.</summary>
    private async Task<decimal?> VolumeAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        try
        {
            using var stats = await exchange.GetJsonAsync(Stats, $"products/{instrument.Id}/stats", cancellation);
            return RestAnswer.Read(stats, root => RestAnswer.NotNegative(root.GetProperty("volume"), "volume"));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
