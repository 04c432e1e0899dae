namespace Aspire.Hosting;

/// <summary>A mistake in the application's description or settings; the message is for people.</summary>
public class DistributedApplicationException(string message, Exception? inner = null) : Exception(message, inner);
