namespace CryptoAspire.Producer.Venues;

/// <summary>A field of a message is missing or has an impossible value. Caught by the parser that it belongs to.</summary>
internal sealed class FieldException(string message) : FormatException(message)
{
    public static FieldException Missing(string field) => new($"{field} is missing");

    public static FieldException Impossible(string field, string? value, string expected) =>
        new($"{field} is '{(value is { Length: > 64 } ? value[..64] + "…" : value)}': expected {expected}");
}
