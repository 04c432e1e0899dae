using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>What a polled source wrote.</summary>
internal sealed class CollectingOutlet : IFeedOutlet
{
    public string Source => "test-sim";

    public List<(VenueInstrument Instrument, VenueTicker Ticker)> Tickers { get; } = [];

    public List<string> Rejections { get; } = [];

    public ValueTask TickerAsync(VenueInstrument instrument, VenueTicker ticker, long receivedUs, CancellationToken cancellation)
    {
        Tickers.Add((instrument, ticker));
        return ValueTask.CompletedTask;
    }

    public ValueTask WriteAsync(string topic, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask RejectAsync(ReadOnlyMemory<byte> message, string reason, long receivedUs, CancellationToken cancellation)
    {
        Rejections.Add(reason);
        return ValueTask.CompletedTask;
    }
}
