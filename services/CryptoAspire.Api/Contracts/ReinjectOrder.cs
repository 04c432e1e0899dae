namespace CryptoAspire.Api.Contracts;

/// <summary>How a refused record is to be sent again.</summary>
/// <param name="Value">The mended record, the JSON as text; left out: the bytes as they came.</param>
public sealed record ReinjectOrder(string? Value);
