namespace CryptoAspire.LocalKafka.Log;

/// <summary>Kafka's rule for topic names: 1 to 249 of a-z A-Z 0-9 . _ - and neither "." nor "..".</summary>
public static class TopicName
{
    /// <summary>Longest name.</summary>
    public const int MaxLength = 249;

    /// <summary>True if the name follows the rule.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaxLength } and not "." and not ".."
        && name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") < 0;
}
