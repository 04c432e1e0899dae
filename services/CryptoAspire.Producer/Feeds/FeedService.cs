using CryptoAspire.Producer.Capture;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>The producer's life: decide where data comes from, see what Bronze already has, then read all venues and write to Kafka until told to stop.</summary>
internal sealed partial class FeedService(
    FeedSettings settings, FeedModeResolver resolver, FeedBoard board, BronzeTopics topics, BronzeTail tail, OutboundQueue queue, KafkaWriter writer,
    FeedMetrics metrics, ITrackedSymbols tracked, IConfiguration configuration, IEnumerable<ISharedBudget> budgets, IEnumerable<RawCapture> captures, IEnumerable<FeedTables> tables, IHttpClientFactory http, IHostApplicationLifetime lifetime, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    public const string HttpClientName = "venues";

    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = loggers.CreateLogger<FeedService>();
    private readonly Dictionary<string, VenueRest> rests = [];
    private readonly FeedMetrics metrics = metrics;   // its instruments observe the feeds from now on

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            await RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop while still starting.
        }
        catch (Exception e)
        {
            // Whoever runs us starts us again; the trade ids in Bronze tell the next run what is missing.
            LogFailed(e, e.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        // 1. Where from, and what is there already?
        var recovering = RecoverAsync(stopping);
        var plan = board.Plan = await resolver.ResolveAsync(stopping);
        LogMode(plan.Mode, plan.Reason, settings.Mode);
        if (plan.Mode != FeedMode.Live) await CheckSimulatorAsync(plan.Mode, stopping);

        // 2. Read the venues, write to Kafka.
        var feeds = VenueCatalog.All.Where(v => settings.Venues.Contains(v.Name)).Select(v => Feed(v, plan, recovering)).ToList();
        var polled = VenueCatalog.Polled
            .Where(p => settings.Venues.Contains(p.Name) && (p.Needs is null || !string.IsNullOrEmpty(configuration[p.Needs])) && (p.IsRecorded || plan.Mode != FeedMode.Replay))
            .Select(p => Polled(p, plan)).ToList();
        board.Feeds = [.. feeds.Select(f => f.Status), .. polled.Select(p => p.Status)];
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var writing = new CancellationTokenSource();
        var write = writer.RunAsync(writing.Token);
        foreach (var needed in new[] { write, recovering })
            _ = needed.ContinueWith(_ => failing.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        try
        {
            var live = feeds.Select(f => f.Status).ToList();
            await Task.WhenAll([
                .. feeds.Select(f => f.RunAsync(failing.Token)),
                LiveFirst.ThenAsync(live, () => PollAsync(polled, recovering, failing.Token), clock, failing.Token),
            ]);
            await recovering;
        }
        finally
        {
            // 3. What was read is delivered before we go.
            queue.Complete();
            writing.CancelAfter(FlushLimit);
            await write;
            if (!writer.Flush(FlushLimit)) LogUnflushed(writer.InFlight);
        }
    }

    // Their topics must be there.
    private static async Task PollAsync(List<PolledFeed> polled, Task recovering, CancellationToken stopping)
    {
        await recovering;
        await Task.WhenAll(polled.Select(p => p.RunAsync(stopping)));
    }

    /// <summary>Waits for the simulator and sees that its market is of the kind that our records' source will claim.</summary>
    /// <exception cref="SettingException">It plays a capture and we would call it simulated, or the reverse.</exception>
    private async Task CheckSimulatorAsync(FeedMode mode, CancellationToken stopping)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                using var progress = RestAnswer.Parse(await http.CreateClient(HttpClientName).GetByteArrayAsync(new Uri(settings.Simulator!, "replay"), stopping));
                var isSynthetic = RestAnswer.Read(progress, root => root.GetProperty("state").ValueEquals("synthetic"));
                if (isSynthetic == (mode == FeedMode.Simulated)) return;
                throw new SettingException("Feeds:Mode", mode.ToString(), $"the simulator's mode: it {(isSynthetic ? "makes a synthetic market" : "plays a capture")}");
            }
            catch (Exception e) when (e is not SettingException && !stopping.IsCancellationRequested)
            {
                LogNoSimulator(settings.Simulator!, e.Message);
                await Task.Delay(backoff.Next(), clock, stopping);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, Dictionary<string, TradeCursor>>> RecoverAsync(CancellationToken stopping)
    {
        await topics.EnsureAsync(stopping);
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                return await Task.Run(() => tail.Read(stopping), stopping);
            }
            catch (Confluent.Kafka.KafkaException e)
            {
                LogUnreadable(e.Error.Reason);
                await Task.Delay(backoff.Next(), clock, stopping);
            }
        }
    }

    private VenueFeed Feed(VenueEntry entry, FeedPlan plan, Task<IReadOnlyDictionary<string, Dictionary<string, TradeCursor>>> recovering)
    {
        var addresses = AddressesOf(entry, plan);
        var status = new FeedStatus(entry.Name, entry.Name + plan.SourceSuffix, clock);
        return new VenueFeed(entry.Create(RestOf(entry.Name, plan), addresses.Socket), entry.Dollar, settings, plan.Mode, tracked,
            CursorsAsync(), new FeedSink(queue, status, captures.SingleOrDefault()), status, clock, loggers.CreateLogger<VenueFeed>(),
            tables.SingleOrDefault());

        async Task<IReadOnlyDictionary<string, TradeCursor>> CursorsAsync() => (await recovering).GetValueOrDefault(status.Source) ?? [];
    }

    private PolledFeed Polled(PolledEntry entry, FeedPlan plan)
    {
        var address = plan.Mode == FeedMode.Live ? settings.Addresses[entry.Name].Rest : new Uri(settings.Simulator!, $"{entry.Name}/");
        var status = new FeedStatus(entry.Name, entry.Name + plan.SourceSuffix, clock);
        return new PolledFeed(entry.Create(new PolledContext(Rest(entry.Name, address, entry.Limit), name => RestOf(name, plan), tracked, configuration, clock)), new FeedSink(queue, status), status,
            clock, loggers.CreateLogger<PolledFeed>());
    }

    /// <summary>An exchange's REST interface; whoever uses it shares one budget.</summary>
    private VenueRest RestOf(string name, FeedPlan plan)
    {
        if (rests.TryGetValue(name, out var known)) return known;
        var entry = VenueCatalog.Find(name)!;
        return rests[name] = Rest(name, AddressesOf(entry, plan).Rest, entry.Limit);
    }

    private VenueAddresses AddressesOf(VenueEntry entry, FeedPlan plan) =>
        plan.Mode == FeedMode.Live ? settings.Addresses[entry.Name] : VenueAddresses.OfSimulator(settings.Simulator!, entry.Name, entry.SimulatorSocket);

    private VenueRest Rest(string venue, Uri address, RestLimit limit) => new(http.CreateClient(venue), address, new RequestBudget(venue, limit, clock, budgets.SingleOrDefault()), limit, clock);

    [LoggerMessage(LogLevel.Information, "Feeds are {Mode} ({Reason}; Feeds:Mode is {Configured})")]
    private partial void LogMode(FeedMode mode, string reason, FeedMode configured);

    [LoggerMessage(LogLevel.Warning, "Waiting for the simulator at {Simulator}: {Problem}")]
    private partial void LogNoSimulator(Uri simulator, string problem);

    [LoggerMessage(LogLevel.Warning, "Waiting to read what Bronze holds: {Problem}")]
    private partial void LogUnreadable(string problem);

    [LoggerMessage(LogLevel.Warning, "{Records} records were not acknowledged before the stop; the next start fetches their trades again")]
    private partial void LogUnflushed(long records);

    [LoggerMessage(LogLevel.Critical, "The producer cannot go on: {Problem}")]
    private partial void LogFailed(Exception exception, string problem);
}
