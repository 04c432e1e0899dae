namespace CryptoAspire.Producer.Venues;

/// <summary>A venue that tells its own one-minute candles: never data of ours, but a witness to what we counted.</summary>
public interface ICandleSource
{
    /// <summary>How far one request reaches.</summary>
    MinuteReach Reach { get; }

    /// <summary>The venue's one-minute candles from that moment on, oldest first, as many as one request gives; the last one may still be running.</summary>
    /// <param name="fromUs">Unix µs, a whole minute.</param>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<IReadOnlyList<VenueKline>> MinutesAsync(VenueInstrument instrument, long fromUs, CancellationToken cancellation);
}
