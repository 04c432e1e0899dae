using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>Invented articles, a pure function of the publisher and the time: one every ten minutes, older ones stay as they were.</summary>
internal static class Headlines
{
    public const int SecondsApart = 600;

    private static readonly string[] Coins = ["Bitcoin", "Ethereum", "Solana", "Cardano", "Dogecoin", "XRP", "Chainlink", "Bitcoin Cash", "Polkadot", "Litecoin"];

    private static readonly string[] Titles =
    [
        "{0} holds steady as simulated traders await data", "{0} climbs while {1} lags in the synthetic market", "Developers ship another upgrade to {0}",
        "{0} volatility falls to a simulated low", "Funds “rotate” from {0} into {1}, say invented analysts", "Why {0} & {1} move together",
        "{0} fees drop after an uneventful block", "Synthetic whales accumulate {0}", "Is {0} < {1}? A question of scale", "{0} order books thicken at venues everywhere",
    ];

    public static IReadOnlyList<Headline> Newest(string publisher, DateTimeOffset now, int count)
    {
        var newest = now.ToUnixTimeSeconds() / SecondsApart;
        return [.. Enumerable.Range(0, count).Select(age => Of(publisher, newest - age))];
    }

    private static Headline Of(string publisher, long number)
    {
        var noise = Noise.Hash(Noise.Hash(41, publisher), (ulong)number);
        var first = (int)(noise % (ulong)Coins.Length);
        var second = (first + 1 + (int)(noise / 97 % (ulong)(Coins.Length - 1))) % Coins.Length;
        var title = string.Format(System.Globalization.CultureInfo.InvariantCulture, Titles[noise / 7919 % (ulong)Titles.Length], Coins[first], Coins[second]);
        return new Headline(number, title, $"A made-up article of the simulator about {Coins[first]}.", $"https://{publisher}.example/markets/{number}", DateTimeOffset.FromUnixTimeSeconds(number * SecondsApart));
    }
}
