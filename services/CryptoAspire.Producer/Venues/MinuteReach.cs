namespace CryptoAspire.Producer.Venues;

/// <summary>How far one request for a venue's minutes reaches.</summary>
/// <param name="Span">An answer tells of so long and no more, also where minutes are left out; null: its last minute tells how far it came.</param>
/// <param name="Newest">Older minutes are not to be had; null: all are.</param>
public sealed record MinuteReach(TimeSpan? Span, TimeSpan? Newest);
