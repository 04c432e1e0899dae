namespace CryptoAspire.LocalKafka.Log;

/// <summary>A topic setting that this broker does not know, or a value that it does not accept (Kafka's INVALID_CONFIG, 40).</summary>
public sealed class InvalidTopicConfigException(string key, string message) : ArgumentException(message)
{
    /// <summary>The setting.</summary>
    public string Key { get; } = key;
}
