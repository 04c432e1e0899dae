using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>
/// Gemini lists its products as <c>btcusd</c>, without saying where the base asset ends; asking for each costs a request, of which one a second is allowed.
/// The list itself tells: <c>aligusd</c> is ALI in GUSD because <c>aliusd</c> is listed, <c>paxgusd</c> is PAXG in USD because <c>paxusd</c> is not.
/// </summary>
internal static class GeminiSymbols
{
    private const string Perpetual = "perp";

    private static readonly string[] Quotes = ["usd", "gusd", "rlusd", "usdt", "usdc", "eur", "gbp", "sgd", "dai", "btc", "eth", "bch", "ltc", "fil", "sol"];

    /// <summary>The spot pairs of the list, and those names that only the venue can explain. Perpetual futures are left out.</summary>
    public static (List<VenueInstrument> Pairs, List<string> Unclear) Split(IReadOnlyCollection<string> names)
    {
        // 1. Names with one reading give the assets for certain.
        var spot = names.Where(n => !n.EndsWith(Perpetual, StringComparison.OrdinalIgnoreCase)).Select(n => n.ToLowerInvariant()).Distinct().ToList();
        var readings = spot.ToDictionary(n => n, Readings);
        var certain = readings.Values.Where(r => r.Count == 1).Select(r => r[0].Base).ToHashSet(StringComparer.Ordinal);

        // 2. Of several readings the one whose base is known from them.
        var pairs = new List<VenueInstrument>();
        var unclear = new List<string>();
        foreach (var (name, possible) in readings)
        {
            var likely = possible.Count == 1 ? possible : possible.Where(r => certain.Contains(r.Base)).ToList();
            if (likely.Count == 1 && Symbol.TryParse($"{likely[0].Base}-{likely[0].Quote}", out var symbol)) pairs.Add(new VenueInstrument(name.ToUpperInvariant(), symbol) { RestId = name });
            else unclear.Add(name);
        }
        return (pairs, unclear);
    }

    private static List<(string Base, string Quote)> Readings(string name) =>
        [.. Quotes.Where(q => name.Length > q.Length && name.EndsWith(q, StringComparison.Ordinal)).Select(q => (name[..^q.Length], q))];
}
