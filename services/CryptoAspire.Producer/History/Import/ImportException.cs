namespace CryptoAspire.Producer.History.Import;

/// <summary>A file cannot be imported; the message is one line that says why and what to do.</summary>
internal sealed class ImportException(string message, Exception? inner = null) : Exception(message, inner);
