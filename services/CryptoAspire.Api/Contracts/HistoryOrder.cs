namespace CryptoAspire.Api.Contracts;

/// <summary>A range of the past to be fetched from a venue's REST interface.</summary>
/// <param name="Venue">A source that a producer reads, such as coinbase or coinbase-sim; the venue's name alone will do where there is one.</param>
/// <param name="Symbol">A pair that the venue lists.</param>
/// <param name="From">Start, ISO 8601.</param>
/// <param name="To">End, exclusive, ISO 8601; now when left out.</param>
/// <param name="What">candles (the venue's own minutes, with origin rest) or trades (through Bronze, into Silver and the live candles).</param>
/// <param name="DryRun">True: only say what there is already.</param>
public sealed record HistoryOrder(string? Venue, string? Symbol, string? From, string? To, string? What, bool DryRun);
