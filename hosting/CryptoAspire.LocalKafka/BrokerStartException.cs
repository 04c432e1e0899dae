namespace CryptoAspire.LocalKafka;

/// <summary>The broker cannot start. The message is one line for people: what, where, what to do.</summary>
public sealed class BrokerStartException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode Code { get; } = code;
}
