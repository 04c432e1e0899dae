namespace CryptoAspire.Api.Contracts;

/// <summary>What a run is asked to do.</summary>
/// <param name="Parameters">Name to text, from those that the job takes; may be left out.</param>
public sealed record RunOrder(IReadOnlyDictionary<string, string>? Parameters);
