using CryptoAspire.Producer.Feeds;

namespace CryptoAspire.Producer.Venues;

/// <summary>
/// A source that is asked again and again instead of listened to (a spot price, market capitalisations, a sentiment index, a news feed). It holds no timer;
/// <see cref="PolledFeed"/> asks, at once at the start and then at the interval, and again with growing pauses when it fails.
/// </summary>
public interface IPolledSource
{
    /// <summary>As in <c>source</c>, without the suffix of simulated data.</summary>
    string Name { get; }

    TimeSpan Interval { get; }

    /// <summary>Asks once and writes what is new to the outlet. What cannot be read is rejected there, element by element, with the reason.</summary>
    /// <exception cref="HttpRequestException">The source did not answer properly.</exception>
    Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation);
}
