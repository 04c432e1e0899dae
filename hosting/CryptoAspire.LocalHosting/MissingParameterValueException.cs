namespace Aspire.Hosting;

/// <summary>A parameter has neither a value nor a default.</summary>
public class MissingParameterValueException(string message) : DistributedApplicationException(message);
