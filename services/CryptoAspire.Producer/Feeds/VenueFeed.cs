using CryptoAspire.Producer.History;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Reads one venue for ever: finds the products that are wanted, spreads them over as many connections as the venue's rules ask for, and follows the wishes
/// when they change, without touching what flows.
/// </summary>
internal sealed partial class VenueFeed
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(15), Relist = TimeSpan.FromMinutes(10);

    private readonly IVenue venue;
    private readonly string dollar;
    private readonly FeedSettings settings;
    private readonly FeedMode mode;
    private readonly ITrackedSymbols tracked;
    private readonly Task<IReadOnlyDictionary<string, TradeCursor>> recovered;
    private readonly FeedSink sink;
    private readonly FeedTables? tables;
    private readonly CandleWitness? witness;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly FeedLines lines = new();
    private readonly List<(ConnectionKeeper Keeper, Task Running)> keepers = [];
    private readonly Dictionary<string, ConnectionKeeper> keeperOf = new(StringComparer.Ordinal);

    /// <param name="dollar">The venue's main dollar currency.</param>
    /// <exception cref="SettingException">Channels are wanted that the venue has not.</exception>
    /// <param name="recovered">Newest trade per canonical symbol that Bronze already has from this source; nothing is followed before it is known.</param>
    public VenueFeed(IVenue venue, string dollar, FeedSettings settings, FeedMode mode, ITrackedSymbols tracked, Task<IReadOnlyDictionary<string, TradeCursor>> recovered,
        FeedSink sink, FeedStatus status, TimeProvider clock, ILogger<VenueFeed> logger, FeedTables? tables = null)
    {
        this.venue = venue;
        this.dollar = dollar;
        this.settings = settings;
        this.mode = mode;
        this.tracked = tracked;
        this.recovered = recovered;
        this.sink = sink;
        this.tables = mode == FeedMode.Replay ? null : tables; // a capture has no candles, and nothing to fetch again
        this.clock = clock;
        this.logger = logger;
        Status = status;
        settings.ChannelsOf(venue); // a wrong wish is told at once
        if (this.tables is not { } kept || venue is not ICandleSource candles) return;
        witness = new CandleWitness(candles, status.Source, kept.Candles, clock, logger);
        sink.Candles = witness.Take;
    }

    public FeedStatus Status { get; }

    /// <summary>What is followed now.</summary>
    public IReadOnlyList<VenueInstrument> Instruments => [.. lines.All.Select(l => l.Instrument)];

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        FollowAsync(stopping), new GapCloser(Status, clock).RunAsync(id => lines.Find(id)?.Trades, stopping),
        new ClockWatch(venue, Status, settings.ClockPause, clock, logger).RunAsync(stopping),
        venue is ITickerSource tickers ? new TickerPoller(tickers, sink, clock, logger).RunAsync(() => Instruments, stopping) : Task.CompletedTask,
        witness?.RunAsync(() => Instruments, stopping) ?? Task.CompletedTask,
        tables is not null ? LiveFirst.ThenAsync([Status], () => FillAsync(tables, stopping), clock, stopping) : Task.CompletedTask,
        tables is not null ? new DowntimeFinder(Status.Source, tables.History, settings.DowntimeLimit, clock, logger).RunAsync(() => Instruments, stopping) : Task.CompletedTask);

    /// <summary>What others ask for: minutes that differ from the venue's, and the past.</summary>
    private Task FillAsync(FeedTables requests, CancellationToken stopping) => Task.WhenAll(
        new TradeRepairer(venue, Status.Source, sink, requests.Repairs, clock, logger).RunAsync(() => Instruments, stopping),
        new HistoryFiller(venue, Status.Source, sink, requests.History, clock, logger).RunAsync(() => Instruments, stopping));

    private async Task FollowAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry);
        while (!stopping.IsCancellationRequested)
        {
            var wishes = tracked.Current;
            try
            {
                Apply(await WantedAsync(wishes, stopping), await recovered, stopping);
                backoff.Reset();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                // What flows goes on; only the product list is missing.
                var wait = backoff.Next();
                if (keepers.Count == 0) Status.Enter(this, "waiting", e.Message);
                Status.CountReconnect();
                LogNoList(Status.Venue, e.Message, wait);
                await Task.Delay(wait, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
                continue;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            if (lines.All.Count == 0 && mode == FeedMode.Replay) break;   // the capture has nothing of this venue, and never will
            // A wanted product can be listed tomorrow.
            using var relist = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(tracked.ChangedAsync(wishes, relist.Token), Task.Delay(Relist, clock, relist.Token));
            await relist.CancelAsync();
        }
        await Task.WhenAll(keepers.Select(k => k.Running));
    }

    private async Task<List<VenueInstrument>> WantedAsync(IReadOnlyList<TrackedSymbol> wishes, CancellationToken stopping)
    {
        var listed = await venue.InstrumentsAsync(stopping);
        // A replay reads all that was captured.
        return mode == FeedMode.Replay
            ? [.. listed]
            : [.. listed.Where(i => wishes.Any(w => w.Means(venue.Venue.Name, i.Symbol, dollar))).DistinctBy(i => i.Symbol)];
    }

    /// <summary>Makes what is followed equal to what is wanted.</summary>
    private void Apply(List<VenueInstrument> wanted, IReadOnlyDictionary<string, TradeCursor> known, CancellationToken stopping)
    {
        var fewer = lines.All.Select(l => l.Instrument).Except(wanted).ToList();
        var more = wanted.Except(lines.All.Select(l => l.Instrument)).ToList();
        foreach (var group in fewer.GroupBy(i => keeperOf[i.Id])) group.Key.Remove([.. group]);
        lines.Remove(fewer.Select(i => i.Id).ToHashSet());
        lines.Add(more.Select(i => Line(i, known)));
        for (var rest = more; rest.Count > 0;)
        {
            var keeper = keepers.FirstOrDefault(k => k.Keeper.Count < venue.Rules.MaxInstruments).Keeper;
            var isNew = keeper is null;
            keeper ??= new ConnectionKeeper(venue, lines, settings, sink, Status, clock, logger);
            var share = rest.Take(venue.Rules.MaxInstruments - keeper.Count).ToList();
            foreach (var instrument in share) keeperOf[instrument.Id] = keeper;
            keeper.Add(share);
            if (isNew) keepers.Add((keeper, keeper.RunAsync(stopping)));
            rest = rest[share.Count..];
        }
        Status.Instruments = [.. lines.All.Select(l => l.Instrument.Id).Order(StringComparer.Ordinal)];
        if (lines.All.Count == 0) Status.Enter(this, "no instruments", mode == FeedMode.Replay ? "the capture has nothing of this venue" : "the venue lists none of the wanted products");
        else Status.Leave(this);
        if (more.Count + fewer.Count > 0) LogFollowing(Status.Venue, lines.All.Count, more.Count, fewer.Count);
    }

    private FeedLine Line(VenueInstrument instrument, IReadOnlyDictionary<string, TradeCursor> known)
    {
        TradeCursor? newest = known.TryGetValue(instrument.Symbol.Name, out var cursor) ? cursor : null;
        ValueTask Emit(VenueTrade trade, long receivedUs, CancellationToken cancellation) => sink.TradeAsync(instrument, trade, receivedUs, cancellation);
        return new FeedLine(instrument, venue.Venue.ContiguousTradeIds
            ? new TradeSequencer(instrument, venue, newest, RepairPolicy.For(mode, settings.RepairPatience), Emit, Status, clock, logger)
            : new SparseTradeSequence(instrument, venue, newest, RepairPolicy.For(mode, settings.RepairPatience), Emit, Status, clock, logger));
    }

    [LoggerMessage(LogLevel.Information, "{Venue}: following {Instruments} instruments ({More} more, {Fewer} fewer)")]
    private partial void LogFollowing(string venue, int instruments, int more, int fewer);

    [LoggerMessage(LogLevel.Warning, "{Venue}: no product list ({Problem}); next attempt in {Wait}")]
    private partial void LogNoList(string venue, string problem, TimeSpan wait);
}
