using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Settings as clients send them.</summary>
internal static class ConfigText
{
    /// <summary>Name and value pairs as overrides.</summary>
    /// <exception cref="InvalidTopicConfigException">A setting is null or named twice.</exception>
    public static IReadOnlyDictionary<string, string> Overrides(IEnumerable<(string Name, string? Value)> settings)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings)
        {
            if (value is null)
                throw new InvalidTopicConfigException(name, $"Null value for configuration {name}.");
            if (!overrides.TryAdd(name, value))
                throw new InvalidTopicConfigException(name, $"Configuration {name} is given more than once.");
        }
        return overrides;
    }
}
