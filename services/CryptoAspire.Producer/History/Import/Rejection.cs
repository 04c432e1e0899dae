using System.Text;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Why a row is refused.</summary>
/// <param name="Field">As the file's header calls it; <c>row</c> for all of it.</param>
/// <param name="Value">As it stands there; cut off when it is very long.</param>
internal sealed record Rejection(string Field, string Value, string Why)
{
    private const int Longest = 100;

    public static Rejection Of(string field, ReadOnlySpan<byte> value, string why) =>
        new(field, Encoding.UTF8.GetString(value.Length > Longest ? value[..Longest] : value) + (value.Length > Longest ? "…" : ""), why);
}
