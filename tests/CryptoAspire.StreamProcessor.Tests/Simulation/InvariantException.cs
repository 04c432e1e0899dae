namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>An invariant of DESIGN §5 does not hold.</summary>
public sealed class InvariantException(string message) : Exception(message);
