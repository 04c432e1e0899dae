namespace CryptoAspire.MarketSimulator.Venues.Context;

/// <summary>One invented article.</summary>
internal sealed record Headline(long Number, string Title, string Text, string Link, DateTimeOffset Published);
