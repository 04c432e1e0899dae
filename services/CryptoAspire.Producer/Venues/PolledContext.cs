using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues;

/// <summary>What a polled source may use.</summary>
/// <param name="Rest">Its own address, within its own limits.</param>
/// <param name="RestOf">An exchange's REST interface by its name, within the limits that its own feed keeps to.</param>
/// <param name="Tracked">What the users want, which can change from one poll to the next.</param>
/// <param name="Configuration">For its own settings, such as a key.</param>
internal sealed record PolledContext(VenueRest Rest, Func<string, VenueRest> RestOf, ITrackedSymbols Tracked, IConfiguration Configuration, TimeProvider Clock);
