namespace CryptoAspire.Storage.Queries;

/// <summary>What Silver has of one source.</summary>
/// <param name="Source">The records' <c>source</c>, suffix included.</param>
/// <param name="Symbols">Symbols with a price.</param>
/// <param name="NewestEvent">Event time of the newest record.</param>
/// <param name="OpenGaps">Holes in the trade ids that are not filled.</param>
/// <param name="FilledGaps">Holes that were.</param>
/// <param name="MissingIds">Trade ids inside the open ones.</param>
public sealed record SourceProgress(string Source, int Symbols, DateTimeOffset NewestEvent, long OpenGaps, long FilledGaps, long MissingIds);
