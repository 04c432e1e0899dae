namespace CryptoAspire.Producer.Venues;

/// <summary>A venue without a stream of tickers: they are asked for, beside the trades that its socket brings.</summary>
public interface ITickerSource
{
    /// <summary>Time from one question to the next about the same product.</summary>
    TimeSpan TickerInterval { get; }

    /// <summary>The price now. An event time of 0 stands for the time of receipt.</summary>
    /// <exception cref="HttpRequestException">The exchange did not answer properly.</exception>
    Task<VenueTicker> TickerAsync(VenueInstrument instrument, CancellationToken cancellation);
}
