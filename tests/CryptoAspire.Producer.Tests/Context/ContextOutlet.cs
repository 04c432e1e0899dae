using CryptoAspire.Market.Context;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Tests.Context;

/// <summary>What a polled source wrote to the topics of market data, sentiment and news, decoded as the processor does.</summary>
internal sealed class ContextOutlet : IFeedOutlet
{
    public string Source => "test-sim";

    public List<object> Records { get; } = [];

    public List<string> Rejections { get; } = [];

    public List<T> All<T>() => [.. Records.OfType<T>()];

    public ValueTask TickerAsync(VenueInstrument instrument, VenueTicker ticker, long receivedUs, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask WriteAsync(string topic, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        Assert.True(ContextCodec.TryRead(topic, value.Span, out var record, out var reason), reason);
        Records.Add(record);
        return ValueTask.CompletedTask;
    }

    public ValueTask RejectAsync(ReadOnlyMemory<byte> message, string reason, long receivedUs, CancellationToken cancellation)
    {
        Rejections.Add(reason);
        return ValueTask.CompletedTask;
    }
}
