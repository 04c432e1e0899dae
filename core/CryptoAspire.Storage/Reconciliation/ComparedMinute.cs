namespace CryptoAspire.Storage.Reconciliation;

/// <summary>One row of <c>reconciliation_result</c>: our minute beside the venue's.</summary>
/// <param name="Source">The venue's source.</param>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Start">Start of the minute.</param>
/// <param name="PriceBps">Largest difference of open, high, low and close, basis points; 10000 when one side has no trade.</param>
/// <param name="VolumePercent">Difference of the volumes, percent of the venue's.</param>
/// <param name="Trades">Our number of trades minus the venue's; null when it does not say.</param>
/// <param name="OurClose">Our close; null when we have no trade.</param>
/// <param name="VenueClose">The venue's.</param>
/// <param name="OurVolume">Our volume.</param>
/// <param name="VenueVolume">The venue's.</param>
/// <param name="Agrees">Whether both differences are within the limits.</param>
/// <param name="ComparedAt">When.</param>
/// <param name="Repair">State of the newest repair of this minute: open, running, done or failed; null when none was asked for.</param>
public sealed record ComparedMinute(
    string Source, string Symbol, DateTimeOffset Start, decimal PriceBps, decimal VolumePercent, long? Trades, decimal? OurClose, decimal VenueClose, decimal OurVolume, decimal VenueVolume,
    bool Agrees, DateTimeOffset ComparedAt, string? Repair);
