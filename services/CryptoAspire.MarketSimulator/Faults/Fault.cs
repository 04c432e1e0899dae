namespace CryptoAspire.MarketSimulator.Faults;

/// <summary>One fault while it lasts.</summary>
/// <param name="Venue">Whose clients suffer; <c>*</c> for all.</param>
/// <param name="Until">When it is over.</param>
/// <param name="Share">Of the messages that it hits, above 0 and at most 1.</param>
/// <param name="OffsetSeconds">Of a <see cref="FaultKind.ClockSkew"/>.</param>
public sealed record Fault(FaultKind Kind, string Venue, DateTimeOffset Until, double Share, double OffsetSeconds)
{
    public bool Hits(string venue) => Venue == "*" || Venue == venue;
}
