using CryptoAspire.Producer.Venues.Binance;
using CryptoAspire.Producer.Venues.Coinbase;

namespace CryptoAspire.Producer.Feeds;

/// <summary>What the producer is told by configuration.</summary>
/// <param name="Mode"><c>Feeds:Mode</c>.</param>
/// <param name="Venues"><c>Feeds:Venues</c>: which exchanges to read.</param>
/// <param name="Coins"><c>Feeds:Symbols</c>: base assets; each venue's pair in its main dollar currency is read. A replay reads all that was captured.</param>
/// <param name="Simulator">Where the simulator answers, by service discovery; null when there is none.</param>
public sealed record FeedSettings(FeedMode Mode, IReadOnlyList<string> Venues, IReadOnlyList<string> Coins, Uri? Simulator, VenueAddresses Coinbase, VenueAddresses Binance)
{
    /// <summary>A socket that says nothing for so long is replaced.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>When to ask a silent server whether it lives.</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <exception cref="SettingException">A value is impossible.</exception>
    public static FeedSettings From(IConfiguration configuration)
    {
        var name = configuration["Feeds:Mode"] is { Length: > 0 } given ? given : "auto";
        if (!Enum.TryParse<FeedMode>(name, ignoreCase: true, out var mode) || !Enum.IsDefined(mode) || char.IsDigit(name[0]))
            throw new SettingException("Feeds:Mode", name, "auto, live, simulated or replay");
        var simulator = Address(configuration, "services:marketsimulator:http:0");
        if (simulator is null && mode is FeedMode.Simulated or FeedMode.Replay)
            throw new SettingException("services:marketsimulator:http:0", "", $"the simulator's address, because Feeds:Mode is {name}");
        var venues = List(configuration, "Feeds:Venues", ["coinbase", "binance"]);
        if (venues.FirstOrDefault(v => v is not ("coinbase" or "binance")) is { } unknown)
            throw new SettingException("Feeds:Venues", unknown, "coinbase or binance");
        return new FeedSettings(mode, venues, List(configuration, "Feeds:Symbols", ["BTC", "ETH", "SOL", "ADA", "DOGE"]), simulator,
            new VenueAddresses(Address(configuration, "Feeds:Coinbase:Socket") ?? CoinbaseVenue.LiveSocket, Address(configuration, "Feeds:Coinbase:Rest") ?? CoinbaseVenue.LiveRest),
            new VenueAddresses(Address(configuration, "Feeds:Binance:Socket") ?? BinanceVenue.LiveSocket, Address(configuration, "Feeds:Binance:Rest") ?? BinanceVenue.LiveRest));
    }

    private static List<string> List(IConfiguration configuration, string name, List<string> otherwise)
    {
        List<string> values = [.. configuration.GetSection(name).GetChildren().Select(c => c.Value).Append(configuration[name])
            .SelectMany(v => (v ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return values.Count > 0 ? values : otherwise;
    }

    private static Uri? Address(IConfiguration configuration, string name)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value)) return null;
        return Uri.TryCreate(value.EndsWith('/') || name.EndsWith("Socket", StringComparison.Ordinal) ? value : value + "/", UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" or "ws" or "wss"
            ? address
            : throw new SettingException(name, value, "an absolute address");
    }
}
