namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>The native Kafka client cannot be used on this machine; the message is one sentence with the remedy.</summary>
public sealed class KafkaNativeLibraryException(string message, Exception? inner = null) : Exception(message, inner);
