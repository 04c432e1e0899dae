using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues;

/// <summary>A venue without a stream of tickers: they are asked for, beside the trades that its socket brings.</summary>
public interface ITickerSource
{
    /// <summary>Time from one question to the next about the same product.</summary>
    TimeSpan TickerInterval { get; }

    /// <summary>The event time of a price that has none of its own: the beginning of the interval, Unix µs, so that all producers that ask in it tell one ticker.</summary>
    static long SlotOf(DateTimeOffset now, TimeSpan interval) => UnixMicroseconds.Of(now) / (interval.Ticks / TimeSpan.TicksPerMicrosecond) * (interval.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>The price now. An event time of 0 stands for the beginning of the interval.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation);
}
