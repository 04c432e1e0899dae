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

    public ConnectionRules Rules { get; } = new(100);

    public IReadOnlyList<VenueChannel> Channels { get; init; } = [];

    /// <summary>Whether pages are found by time, as at venues whose ids prove nothing.</summary>
    public bool ByTime { get; init; }

    /// <summary>With it a page is a span of time from where it is asked, Unix µs, however many trades are in it: none, in quiet times.</summary>
    public long SpanUs { get; init; }

    public ReadOnlyMemory<byte>? Probe => null;

    public static VenueTrade Trade(long id) => new("BTCUSDT", id, 1_700_000_000_000_000 + id, 100 + id, 1, Side.Buy);

    public TestVenue Traded(params IEnumerable<long> more)
    {
        ids.AddRange(more);
        return this;
    }

    public async Task<IReadOnlyList<VenueTrade>> RecentTradesAsync(VenueInstrument instrument, int count, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        return [.. ids.OrderDescending().Take(Math.Min(count, PageSize)).Reverse().Select(Trade)];
    }

    public async Task<TradePage> TradesAfterAsync(VenueInstrument instrument, TradeCursor after, CancellationToken cancellation)
    {
        await AnswerAsync(cancellation);
        if (SpanUs > 0)
        {
            var end = after.EventTimeUs + SpanUs;
            return new TradePage([.. ids.Order().Select(Trade).Where(t => t.EventTimeUs > after.EventTimeUs && t.EventTimeUs <= end)], new TradeCursor(after.TradeId, end));
        }
        var page = ids.Where(id => ByTime ? Trade(id).EventTimeUs > after.EventTimeUs : id > after.TradeId).Order().Take(PageSize).Select(Trade).ToList();
        return new TradePage(page, page.Count > 0 ? TradeCursor.Of(page[^1]) : null);
    }

    public Task<DateTimeOffset?> ServerTimeAsync(CancellationToken cancellation) => Task.FromResult<DateTimeOffset?>(null);

    public Task<IReadOnlyList<VenueInstrument>> InstrumentsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<VenueInstrument>>([Btc]);

    public Uri SocketAddress(IReadOnlyList<VenueInstrument> instruments) => throw new NotSupportedException();

    public ReadOnlyMemory<byte> Request(VenueChannel channel, IReadOnlyList<VenueInstrument> instruments, bool subscribe, long requestId) => throw new NotSupportedException();

    public void Parse(ReadOnlySpan<byte> message, FeedFrame frame) => throw new NotSupportedException();

    private async Task AnswerAsync(CancellationToken cancellation)
    {
        Requests++;
        await Gate.WaitAsync(cancellation);
        if (Failures-- > 0) throw new HttpRequestException("503");
    }
}
