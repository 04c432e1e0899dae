using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.MarketSimulator.Faults;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.History;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.History;

/// <summary>Ranges of the past from the simulator's REST interfaces into a real database and the queue to Kafka.</summary>
public sealed class HistoryFillTests(ImportUnderTest history) : IClassFixture<ImportUnderTest>, IAsyncLifetime
{
    private const long MinuteUs = 60_000_000;

    private readonly CancellationTokenSource stopping = new();
    private SimulatorUnderTest? simulator;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stopping.CancelAsync();
        if (simulator is not null) await simulator.DisposeAsync();
        await ExecuteAsync("delete from history_request; delete from feed_progress; delete from candle");
    }

    [Theory]
    [InlineData("coinbase", 700, false)]   // three pages
    [InlineData("binance", 1_200, true)]   // two
    [InlineData("coinbase-advanced", 30, false)]
    [InlineData("kraken", 30, false)]
    [InlineData("gemini", 30, false)]
    public async Task The_venues_minutes_of_a_range_become_history_also_when_it_wants_a_pause(string name, int minutes, bool wantsPause)
    {
        await SimulateAsync(ticksPerSecond: 1);   // many minutes, few trades
        var (to, from) = (Minute(-2), Minute(-2 - minutes));
        var orders = new HistoryOrders(history.Database);
        var id = await orders.AddAsync($"{name}-sim", Btc(name).Name, HistoryRequest.Candles, from, to, "test", default);
        var faults = simulator!.Faults;
        void WantPause()
        {
            // How long it wants is until the fault's end, so that is soon, and begins again until a request has met it.
            if (faults.Active.Count == 0 && faults.Injected[FaultKind.RateLimit] == 0) faults.Start(FaultKind.RateLimit, name, TimeSpan.FromMilliseconds(900), share: 1, offsetSeconds: 0);
        }
        if (wantsPause) WantPause();

        var run = Run(name, out _);
        if (wantsPause)
        {
            await Eventually.True(() =>
            {
                WantPause();
                return faults.Injected[FaultKind.RateLimit] > 0;
            });
        }
        var done = await Eventually.Value(() => orders.FindAsync(id, default), r => r!.State is not ("open" or "running"), TimeSpan.FromSeconds(60));
        await run.StopAsync();

        var expected = MarketMinute.Of(Market, Traded(name), Us(from), minutes).Where(m => m.StartUs < Us(to)).ToList();
        Assert.Equal(("done", expected.Count, to), (done!.State, done.Items, done.NextTime));
        Assert.Equal(wantsPause, faults.Injected[FaultKind.RateLimit] > 0);
        var candles = await history.CandlesAsync(Btc(name).Name, $"{name}-sim", "1m", HistorySeries.Rest);
        Assert.Equal(expected.Select(m => $"{UnixMicroseconds.ToTime(m.StartUs):yyyy-MM-dd HH:mm}|{Text(m.Open)}|{Text(m.High)}|{Text(m.Low)}|{Text(m.Close)}|{Text(m.Volume)}"), candles.Select(c => string.Join('|', c.Split('|')[..6])));
    }

    [Theory]
    [InlineData("binance", 6)]
    [InlineData("coinbase", 8)]
    [InlineData("coinbase-advanced", 8)]
    [InlineData("kraken", 30)]
    [InlineData("gemini", 30)]
    public async Task Trades_of_a_range_come_through_Bronze_and_a_kill_in_the_middle_repeats_a_page_at_most(string name, int minutes)
    {
        await SimulateAsync(ticksPerSecond: 50);
        var (to, from) = (Minute(-3), Minute(-3 - minutes));
        var orders = new HistoryOrders(history.Database);
        var id = await orders.AddAsync($"{name}-sim", Btc(name).Name, HistoryRequest.Trades, from, to, "test", default);

        // 1. Kafka takes a page, then nothing more; the producer is gone without a word.
        var first = Run(name, out var before, acknowledged: 1);
        await Eventually.True(() => before.IsStuck, TimeSpan.FromSeconds(30));
        await first.StopAsync();
        var progress = (await orders.FindAsync(id, default))!;
        Assert.Equal(("running", before.Acknowledged.Count), (progress.State, progress.Items));

        // 2. Nobody has it until its lease is over; then it goes on where it was.
        await ExecuteAsync("update history_request set touched_at = now() - interval '1 hour'");
        var second = Run(name, out var after);
        var done = await Eventually.Value(() => orders.FindAsync(id, default), r => r!.State is not ("open" or "running"), TimeSpan.FromSeconds(60));
        await second.StopAsync();

        var expected = TradesOf(name, Us(from), Us(to));
        Assert.Equal(("done", to), (done!.State, done.NextTime));
        Assert.Equal(expected, before.Acknowledged.Concat(after.Acknowledged).Distinct().Order());
        Assert.InRange(before.Acknowledged.Intersect(after.Acknowledged).Count(), 0, name == "gemini" ? 500 : 0);
        Assert.True(after.Acknowledged.Count < expected.Count, "it began again from the start");
    }

    [Fact]
    public async Task What_Silver_has_is_not_asked_for_again_and_a_cancelled_request_ends()
    {
        await SimulateAsync(ticksPerSecond: 10);
        var (to, from) = (Minute(-3), Minute(-60));
        var ids = TradesOf("binance", Us(from), Us(to));
        var (hole, last) = ((First: ids[500], Last: ids[520]), ids[^1] + 100);
        await ExecuteAsync($"insert into feed_progress values ('binance-sim', '{Btc("binance").Name}', 1, {last}, '{{[{hole.First},{hole.Last + 1})}}', 1, now())");
        var orders = new HistoryOrders(history.Database);
        Task<long> AddAsync(string symbol, DateTimeOffset since) => orders.AddAsync("binance-sim", symbol, HistoryRequest.Trades, since, to, "test", default);
        async Task<HistoryRequest> FindAsync(long id) => (await orders.FindAsync(id, default))!;
        var (known, cancelled, running, unknown) = (await AddAsync("BTC-USDT", from), await AddAsync("BTC-USDT", from), await AddAsync("ETH-USDT", Minute(-100_000)), await AddAsync("FOO-BAR", from));
        Assert.True(await orders.CancelAsync(cancelled, "me", default));
        Assert.False(await orders.CancelAsync(cancelled, "me", default));

        // 1. Of what Silver has nothing but a hole is fetched.
        var run = Run("binance", out var kafka);
        await Eventually.True(async () => (await FindAsync(known)).State == "done", TimeSpan.FromSeconds(30));
        Assert.InRange((await FindAsync(known)).Pages, 1, 2);
        Assert.Contains(hole.First, kafka.Acknowledged);
        Assert.DoesNotContain(ids[0], kafka.Acknowledged);

        // 2. The worker of a cancelled request notices at the next page, and goes on with the next request.
        await Eventually.True(async () => (await FindAsync(running)).Pages > 2, TimeSpan.FromSeconds(30));
        Assert.True(await orders.CancelAsync(running, "me", default));
        await Eventually.True(async () => (await FindAsync(unknown)).State == "failed", TimeSpan.FromSeconds(30));
        await run.StopAsync();
        Assert.Equal("binance does not list FOO-BAR", (await FindAsync(unknown)).Detail);
        Assert.Equal(("cancelled", "cancelled by me"), ((await FindAsync(running)).State, (await FindAsync(running)).Detail));
        Assert.Equal(("cancelled", 0), ((await FindAsync(cancelled)).State, (await FindAsync(cancelled)).Pages));
    }

    [Fact]
    public async Task A_producer_that_was_away_asks_for_the_time_since_Silvers_newest_trade_once_and_no_more_than_the_limit()
    {
        // BTC ended two hours ago, ETH ten seconds ago, SOL three days ago; ADA is followed no longer.
        foreach (var (symbol, ago) in new[] { ("BTC-USDT", "2 hours"), ("ETH-USDT", "10 seconds"), ("SOL-USDT", "3 days"), ("ADA-USDT", "2 hours") })
        {
            await ExecuteAsync(
                $"""
                 insert into feed_progress values ('binance-sim', '{symbol}', 1, 77, '{"{}"}', 1, now());
                 insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                                     open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
                 select '{symbol}', 'binance-sim', '1m', date_trunc('minute', t), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, t, 'binance-sim', 77, t, 'binance-sim', 77, 1, 'final', now() from (select now() - interval '{ago}' as t) x
                 """);
        }
        VenueInstrument[] followed = [new("BTCUSDT", Symbol.Parse("BTC-USDT")), new("ETHUSDT", Symbol.Parse("ETH-USDT")), new("SOLUSDT", Symbol.Parse("SOL-USDT"))];
        var (work, started) = (new HistoryWork(history.Database, TimeSpan.FromMinutes(1)), DateTimeOffset.UtcNow);

        await new DowntimeFinder("binance-sim", work, TimeSpan.FromHours(24), TimeProvider.System, NullLogger.Instance).RunAsync(() => followed, default);
        await new DowntimeFinder("binance-sim", work, TimeSpan.FromHours(24), TimeProvider.System, NullLogger.Instance).RunAsync(() => followed, default);
        await new DowntimeFinder("binance-sim", work, TimeSpan.Zero, TimeProvider.System, NullLogger.Instance).RunAsync(() => followed, default);

        var requests = (await new HistoryOrders(history.Database).ListAsync(long.MaxValue, 10, default)).OrderBy(r => r.Symbol).ToList();
        Assert.Equal(["BTC-USDT", "SOL-USDT"], requests.Select(r => r.Symbol));
        Assert.All(requests, r => Assert.Equal(("trades", "downtime", "open", "producer"), (r.What, r.Reason, r.State, r.RequestedBy)));
        Assert.Equal([77, null], requests.Select(q => q.NextId));
        Assert.InRange(requests[0].To - requests[0].From, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));
        Assert.InRange(requests[1].To - requests[1].From, TimeSpan.FromHours(23.99), TimeSpan.FromHours(24.01));
        Assert.InRange(requests[1].To, started.AddSeconds(-1), DateTimeOffset.UtcNow);

        // The feed has a minute to fetch by itself what it can.
        Assert.Null(await work.TakeAsync("binance-sim", default));
    }

    private FillRun Run(string name, out KafkaStandIn kafka, int acknowledged = int.MaxValue)
    {
        var entry = VenueCatalog.Find(name)!;
        var addresses = VenueAddresses.OfSimulator(simulator!.Address, name, entry.SimulatorSocket);
        // Faster than the simulator allows, so that its refusals are met.
        var limit = entry.Limit with { PerSecond = 5_000, Burst = 5_000 };
        var venue = entry.Create(new VenueRest(new HttpClient(), addresses.Rest, new RequestBudget(name, limit, TimeProvider.System), limit, TimeProvider.System), addresses.Socket);
        var queue = new OutboundQueue();
        kafka = new KafkaStandIn(queue, acknowledged, stopping.Token);
        var filler = new HistoryFiller(venue, $"{name}-sim", new FeedSink(queue, new FeedStatus(name, $"{name}-sim", TimeProvider.System)), new HistoryWork(history.Database, TimeSpan.FromMinutes(1)),
            TimeProvider.System, NullLogger.Instance);
        return new FillRun(filler);
    }

    private async Task SimulateAsync(int ticksPerSecond) => simulator = await SimulatorUnderTest.StartAsync($"--Simulator:TicksPerSecond={ticksPerSecond}");

    private IMarket Market => simulator!.Market;

    private Instrument Traded(string name) => Market.InstrumentsOf(name.StartsWith("coinbase", StringComparison.Ordinal) ? "coinbase" : name).Single(i => i.Base == "BTC");

    private Symbol Btc(string name) => Symbol.Parse($"BTC-{Traded(name).Quote}");

    private List<long> TradesOf(string name, long fromUs, long toUs)
    {
        var traded = Traded(name);
        var trades = Market.TradesFrom(traded, Market.FirstIdSince(traded, fromUs)!.Value, 1_000_000).TakeWhile(t => t.TimeUs < toUs);
        return [.. trades.Select(t => name == "gemini" ? MarketSimulator.Venues.Gemini.GeminiTradeId.Of(t) : t.Id).Order()];
    }

    private static DateTimeOffset Minute(int offset) => UnixMicroseconds.ToTime((Us(DateTimeOffset.UtcNow) / MinuteUs + offset) * MinuteUs);

    private static long Us(DateTimeOffset time) => UnixMicroseconds.Of(time);

    private static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = history.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class FillRun
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly Task running;

        public FillRun(HistoryFiller filler) => running = filler.RunAsync(() => [], stopping.Token);

        /// <summary>Ends it where it stands; it writes nothing more.</summary>
        public async Task StopAsync()
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    /// <summary>Takes records from the queue as Kafka does; after so many pages it acknowledges no more.</summary>
    private sealed class KafkaStandIn
    {
        private readonly List<long> acknowledged = [];

        public KafkaStandIn(OutboundQueue queue, int pages, CancellationToken cancellation) => _ = Task.Run(async () =>
        {
            var (reader, waiting) = (new BronzeReader(), new List<long>());
            await foreach (var record in queue.Reader.ReadAllAsync(cancellation))
            {
                if (!reader.TryRead(record.Value, out var trade, out var reason)) throw new InvalidOperationException(reason);
                waiting.Add(trade.TradeId);
                if (record.Acknowledged is not { } page) continue;
                IsStuck = Pages >= pages;
                if (IsStuck) continue;
                lock (acknowledged) acknowledged.AddRange(waiting);
                waiting.Clear();
                Pages++;
                page.SetResult();
            }
        }, cancellation);

        public int Pages { get; private set; }

        public bool IsStuck { get; private set; }

        public List<long> Acknowledged
        {
            get { lock (acknowledged) return [.. acknowledged]; }
        }
    }
}
