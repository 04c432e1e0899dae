using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues;

/// <summary>One exchange that the producer can read: its name, where it is reached, and how its reader is made.</summary>
/// <param name="Name">As in <c>Feeds:Venues</c>, in <c>source</c> and as the simulator's path.</param>
/// <param name="Dollar">The quote currency of its main markets, for wishes that name only a coin.</param>
/// <param name="Live">Where the exchange itself answers; <c>Feeds:&lt;Name&gt;:Socket</c> and <c>:Rest</c> replace them.</param>
/// <param name="SimulatorSocket">Path of the WebSocket below the simulator's <c>/&lt;name&gt;/</c>.</param>
/// <param name="Ping">Path that answers quickly when the exchange can be reached, for <c>Feeds:Mode=auto</c>.</param>
internal sealed record VenueEntry(string Name, string Dollar, VenueAddresses Live, RestLimit Limit, string SimulatorSocket, string Ping, Func<VenueRest, Uri, IVenue> Create);
