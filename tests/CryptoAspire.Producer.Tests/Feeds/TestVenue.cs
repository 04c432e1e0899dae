using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>A venue whose REST side is a list in memory: for the sequencer, which needs nothing else of it.</summary>
internal sealed class TestVenue : IVenue
{
    private readonly List<long> ids = [];

    public static readonly VenueInstrument Btc = new("BTCUSDT", Symbol.Parse("BTC-USDT"));

    /// <summary>Requests fail while this is above zero; each failure counts it down.</summary>
    public int Failures { get; set; }

    /// <summary>Requests wait for this, when it is set.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Requests { get; private set; }

    public Venue Venue => Venue.Binance;

    public int PageSize { get; init; } = 10;

    public ReadOnlyMemory<byte>? Probe => null;

    public static VenueTrade Trade(long id) => new("BTCUSDT", id, 1_700_000_000_000_000 + id, 100 + id, 1, Side.Buy);

    public TestVenue Traded(params IEnumerable<long> more)
    {
        ids.AddRange(more);
        return this;
    }

    public async Task<long?> LatestTradeIdAsync(VenueInstrument instrument, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        return ids.Count > 0 ? ids.Max() : null;
    }

    public async Task<IReadOnlyList<VenueTrade>> TradesFromAsync(VenueInstrument instrument, long fromId, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        return [.. ids.Where(id => id >= fromId).Order().Take(PageSize).Select(Trade)];
    }

    public Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<VenueInstrument>>([Btc]);

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => throw new NotSupportedException();

    public ReadOnlyMemory<byte> Subscription(IReadOnlyList<VenueInstrument> instruments) => throw new NotSupportedException();

    public FeedMessage Parse(ReadOnlySpan<byte> message) => throw new NotSupportedException();

    private async Task AnswerAsync(CancellationToken cancellation)
    {
        Requests++;
        await Gate.WaitAsync(cancellation);
        if (Failures-- > 0) throw new HttpRequestException("503");
    }
}
