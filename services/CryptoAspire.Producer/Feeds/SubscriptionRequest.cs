using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>One request of ours to subscribe or to leave a channel.</summary>
/// <param name="Instruments">Empty for a channel without products.</param>
/// <param name="Attempt">0 the first time.</param>
internal sealed record SubscriptionRequest(long Id, VenueChannel Channel, IReadOnlyList<VenueInstrument> Instruments, bool Subscribes, int Attempt);
