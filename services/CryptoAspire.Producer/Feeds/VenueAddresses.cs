namespace CryptoAspire.Producer.Feeds;

/// <summary>Where one exchange is reached.</summary>
/// <param name="Socket">Its market-data WebSocket.</param>
/// <param name="Rest">Base of its REST interface, ending in a slash.</param>
public sealed record VenueAddresses(Uri Socket, Uri Rest)
{
    /// <summary>The same exchange as the simulator serves it.</summary>
    public static VenueAddresses OfSimulator(Uri simulator, string venue, string socketPath) =>
        new(new UriBuilder(new Uri(simulator, $"{venue}/{socketPath}")) { Scheme = simulator.Scheme == "https" ? "wss" : "ws" }.Uri, new Uri(simulator, $"{venue}/"));
}
