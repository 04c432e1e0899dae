using System.Globalization;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>One topic setting that the broker honours. Names and meanings are Kafka's (kafka.apache.org, "Topic configs").</summary>
/// <param name="Name">Key, e.g. retention.ms.</param>
/// <param name="Type">Type that DescribeConfigs reports.</param>
/// <param name="Default">Value when neither the topic nor the broker sets it.</param>
/// <param name="Documentation">One sentence for people.</param>
/// <param name="Problem">Returns what is wrong with a value, null when nothing is.</param>
public sealed record TopicConfigDefinition(string Name, TopicConfigType Type, string Default, string Documentation, Func<string, string?> Problem)
{
    internal static TopicConfigDefinition Number(string name, TopicConfigType type, long fallback, long min, long max, string documentation) =>
        new(name, type, fallback.ToString(CultureInfo.InvariantCulture), documentation, text =>
            !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? "is not a whole number"
            : number < min || number > max ? $"is not between {min} and {max}"
            : null);

    internal static TopicConfigDefinition Choice(string name, TopicConfigType type, string documentation, params string[] accepted) =>
        new(name, type, accepted[0], documentation, text =>
            accepted.Contains(text, StringComparer.Ordinal) ? null : $"is not one of: {string.Join(", ", accepted)}");
}
