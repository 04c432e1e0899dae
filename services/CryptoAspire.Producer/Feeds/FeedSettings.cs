using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>What the producer is told by configuration.</summary>
/// <param name="Mode"><c>Feeds:Mode</c>.</param>
/// <param name="Venues"><c>Feeds:Venues</c>: which exchanges to read.</param>
/// <param name="Coins"><c>Feeds:Symbols</c>: what is followed when there is no table of tracked symbols yet.</param>
/// <param name="Simulator">Where the simulator answers, by service discovery; null when there is none.</param>
/// <param name="Addresses"><c>Feeds:&lt;Venue&gt;:Socket</c> and <c>:Rest</c>, where they replace an exchange's own.</param>
public sealed record FeedSettings(FeedMode Mode, IReadOnlyList<string> Venues, IReadOnlyList<string> Coins, Uri? Simulator, IReadOnlyDictionary<string, VenueAddresses> Addresses)
{
    /// <summary>A socket that says nothing for so long is replaced.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>When to ask a silent server whether it lives.</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection and its successor flow together.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a venue's clock is compared with ours.</summary>
    public TimeSpan ClockPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><c>Feeds:ConnectionLifetime</c>: at this age a connection is replaced; null for the time that the venue allows, less a margin.</summary>
    public TimeSpan? ConnectionLifetime { get; init; }

    /// <summary><c>Feeds:DowntimeLimit</c>: how much of the time that no producer ran is fetched at the start, its newest part; zero for none.</summary>
    public TimeSpan DowntimeLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary><c>Feeds:&lt;Venue&gt;:Channels</c>: what to subscribe to, by venue; absent for the usual channels.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Channels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary><c>Feeds:RepairPatience</c>: how long live trades of a product wait for those that were missed before them; then they pass, and the gap is filled beside them.</summary>
    public TimeSpan RepairPatience { get; init; } = RepairPolicy.UsualPatience;

    /// <exception cref="SettingException">A value is impossible.</exception>
    public static FeedSettings From(IConfiguration configuration)
    {
        var name = configuration["Feeds:Mode"] is { Length: > 0 } given ? given : "auto";
        if (!Enum.TryParse<FeedMode>(name, ignoreCase: true, out var mode) || !Enum.IsDefined(mode) || char.IsDigit(name[0]))
            throw new SettingException("Feeds:Mode", name, "auto, live, simulated or replay");
        var simulator = Address(configuration, "services:marketsimulator:http:0");
        if (simulator is null && mode is FeedMode.Simulated or FeedMode.Replay)
            throw new SettingException("services:marketsimulator:http:0", "", $"the simulator's address, because Feeds:Mode is {name}");
        var venues = List(configuration, "Feeds:Venues", VenueCatalog.Usual);
        if (venues.FirstOrDefault(v => !VenueCatalog.Names.Contains(v)) is { } unknown)
            throw new SettingException("Feeds:Venues", unknown, string.Join(", ", VenueCatalog.Names));
        foreach (var (one, other) in VenueCatalog.SameTrades)
            if (venues.Contains(one) && venues.Contains(other))
                throw new SettingException("Feeds:Venues", other, $"{one} or {other}: both print the same trades, which would count twice in all venues together");
        var addresses = VenueCatalog.All.ToDictionary(v => v.Name, v => new VenueAddresses(
            Address(configuration, $"Feeds:{v.Name}:Socket") ?? v.Live.Socket, Address(configuration, $"Feeds:{v.Name}:Rest") ?? v.Live.Rest));
        foreach (var polled in VenueCatalog.Polled)
        {
            var rest = Address(configuration, $"Feeds:{polled.Name}:Rest") ?? polled.Live;
            addresses[polled.Name] = new VenueAddresses(rest, rest);
        }
        return new FeedSettings(mode, venues, List(configuration, "Feeds:Symbols", ["BTC", "ETH", "SOL", "ADA", "DOGE"]), simulator, addresses)
        {
            ConnectionLifetime = Time(configuration, "Feeds:ConnectionLifetime", TimeSpan.FromTicks(1)),
            DowntimeLimit = Time(configuration, "Feeds:DowntimeLimit", TimeSpan.Zero) ?? TimeSpan.FromHours(24),
            Channels = VenueCatalog.All.Select(v => (v.Name, Wanted: List(configuration, $"Feeds:{v.Name}:Channels", []))).Where(v => v.Wanted.Count > 0).ToDictionary(v => v.Name, v => v.Wanted),
            RepairPatience = Time(configuration, "Feeds:RepairPatience", TimeSpan.FromTicks(1)) ?? RepairPolicy.UsualPatience,
        };
    }

    /// <summary>The channels of that venue to subscribe to: the usual ones, or those of <c>Feeds:&lt;Venue&gt;:Channels</c>.</summary>
    /// <exception cref="SettingException">The venue has no such channel, or its trades are not among the wishes.</exception>
    public IReadOnlyList<VenueChannel> ChannelsOf(IVenue venue)
    {
        if (!Channels.TryGetValue(venue.Venue.Name, out var wanted)) return [.. venue.Channels.Where(c => c.IsUsual)];
        var (setting, names) = ($"Feeds:{venue.Venue.Name}:Channels", string.Join(", ", venue.Channels.Select(c => c.Name)));
        if (wanted.FirstOrDefault(w => venue.Channels.All(c => c.Name != w)) is { } unknown) throw new SettingException(setting, unknown, names);
        var trades = venue.Channels.First(c => c.CarriesTrades).Name;
        if (!wanted.Contains(trades)) throw new SettingException(setting, string.Join(';', wanted), $"some of {names}, and {trades} among them");
        return [.. venue.Channels.Where(c => wanted.Contains(c.Name))];
    }

    /// <summary>At which age a connection of that venue is replaced; null: never.</summary>
    public TimeSpan? Lifetime(IVenue venue) => ConnectionLifetime ?? (venue.Rules.Lifetime is { } limit ? limit - limit / 48 : null);

    private static IReadOnlyList<string> List(IConfiguration configuration, string name, IReadOnlyList<string> otherwise)
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

    private static TimeSpan? Time(IConfiguration configuration, string name, TimeSpan least)
    {
        var value = configuration[name];
        if (string.IsNullOrEmpty(value)) return null;
        return TimeSpan.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var time) && time >= least
            ? time
            : throw new SettingException(name, value, $"a time {(least > TimeSpan.Zero ? "above zero " : "")}such as 23:30:00");
    }
}
