namespace CryptoAspire.Api.Contracts;

/// <summary>Which refused records are to be sent again as they came: those that were not yet, the oldest first.</summary>
/// <param name="Topic">Their topic.</param>
/// <param name="Reason">Part of the reason.</param>
/// <param name="From">Refused at or after.</param>
/// <param name="To">Refused before.</param>
/// <param name="Limit">1 to 1000; 100 when left out.</param>
public sealed record ReinjectFilter(string? Topic, string? Reason, DateTimeOffset? From, DateTimeOffset? To, int? Limit);
