using System.Text.RegularExpressions;

namespace CryptoAspire.Market.Context;

/// <summary>
/// Which coins a text mentions: by name (Bitcoin, "Bitcoin Cash") in any case, or by ticker (BTC, $eth), which must be capitals or follow a dollar sign, because
/// some are words. Names that are everyday words or another thing's name count only as tickers.
/// </summary>
public static partial class AssetMentions
{
    private static readonly HashSet<string> Everyday = new(["near", "cosmos", "stellar", "avalanche", "dai", "sui", "pepe", "polygon"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The assets, sorted.</summary>
    public static IReadOnlyList<string> In(params ReadOnlySpan<string?> texts)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text is not null)
                Add(found, [.. Word().Matches(text).Cast<Match>()]);
        }

        return [.. found];
    }

    private static void Add(SortedSet<string> found, Match[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i].Value.EndsWith("'s", StringComparison.Ordinal) ? words[i].Value[..^2] : words[i].Value;
            // Names of two words stand with a space or a hyphen between them.
            if (i + 1 < words.Length && words[i + 1].Index == words[i].Index + words[i].Length + 1 && CoinNames.TryFind($"{word}-{words[i + 1].Value}", out var pair))
            {
                found.Add(pair);
                i++;
            }
            else if (word[0] == '$' ? CoinNames.Assets.Contains(word[1..].ToUpperInvariant()) : CoinNames.Assets.Contains(word))
            {
                found.Add(word.TrimStart('$').ToUpperInvariant());
            }
            else if (!Everyday.Contains(word) && CoinNames.TryFind(word, out var asset))
            {
                found.Add(asset);
            }
            else if (word.Equals("ether", StringComparison.OrdinalIgnoreCase))
            {
                found.Add("ETH");
            }
        }
    }

    [GeneratedRegex(@"\$?[\p{L}\p{Nd}]+(?:'[\p{L}\p{Nd}]+)*")]
    private static partial Regex Word();
}
