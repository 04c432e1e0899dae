using System.Globalization;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.History.Import;

/// <summary>
/// A number in a table. What a spreadsheet has done to one is told and refused, never guessed: of <c>14.748.800.659.179.600</c> nobody knows where the point
/// was, and <c>6.41899E+11</c> has lost its digits. The exponents that programs print for small numbers (<c>8.69e-05</c>) lose nothing.
/// </summary>
internal static class HistoryNumber
{
    /// <param name="why">Why it is none; empty when it is one.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out decimal value, out string why)
    {
        why = "";
        if (DecimalText.TryParse(text, out value)) return true;
        why = text switch
        {
            [] => "is empty",
            _ when IsNaN(text) => "is not a number",
            _ when text.Contains((byte)',') => "has a comma, which may separate thousands or be a decimal point: a spreadsheet has rewritten the file; take the original",
            _ when text.Count((byte)'.') > 1 => "has more than one point: a spreadsheet has put in separators, and where the decimal point was cannot be known; take the original",
            _ when text.IndexOf("E+"u8) >= 0 => "is what a spreadsheet left of a longer number; take the original",
            _ => "",
        };
        if (why.Length > 0) return false;
        // Digits past what decimal holds are rounded: 33 decimals have been seen.
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)) return true;
        why = "is not a number";
        return false;
    }

    /// <summary>Nothing was traded, as pandas prints it.</summary>
    public static bool IsNaN(ReadOnlySpan<byte> text) => System.Text.Ascii.EqualsIgnoreCase(text, "nan"u8);
}
