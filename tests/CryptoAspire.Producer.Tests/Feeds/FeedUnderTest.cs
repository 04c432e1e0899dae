using System.Collections.Concurrent;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>One venue's feed with everything but Kafka: what it would write is collected.</summary>
internal sealed class FeedUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly OutboundQueue queue = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Task running, collecting;
    private readonly ManualResetEventSlim collects = new(initialState: true);

    private FeedUnderTest(VenueEntry entry, FeedMode mode, FeedSettings settings, ITrackedSymbols? tracked, FeedTables? tables = null)
    {
        var addresses = VenueAddresses.OfSimulator(settings.Simulator!, entry.Name, entry.SimulatorSocket);
        var rest = new VenueRest(http, addresses.Rest, new RequestBudget(entry.Name, entry.Limit, TimeProvider.System), entry.Limit, TimeProvider.System);
        Status = new FeedStatus(entry.Name, entry.Name + new FeedPlan(mode, "").SourceSuffix, TimeProvider.System);
        var feed = new VenueFeed(entry.Create(rest, addresses.Socket), entry.Dollar, settings, mode, tracked ?? new FixedSymbols(settings.Coins), Task.FromResult<IReadOnlyDictionary<string, TradeCursor>>(new Dictionary<string, TradeCursor>()),
            new FeedSink(queue, Status), Status, TimeProvider.System, NullLogger<VenueFeed>.Instance, tables);
        running = feed.RunAsync(stopping.Token);
        collecting = Task.Run(CollectAsync);
    }

    public FeedStatus Status { get; }

    public ConcurrentQueue<BronzeRecord> Records { get; } = new();

    public ConcurrentQueue<OutboundRecord> DeadLetters { get; } = new();

    public int QueueLength => queue.Count;

    public IReadOnlyList<BronzeRecord> Trades(string symbol) => [.. Records.Where(r => r.Kind == BronzeKind.Trade && r.Symbol.Name == symbol)];

    public static FeedUnderTest Binance(Uri simulator, FeedMode mode = FeedMode.Simulated, Func<FeedSettings, FeedSettings>? change = null, ITrackedSymbols? tracked = null) =>
        Of("binance", simulator, mode, change, tracked);

    public static FeedUnderTest Coinbase(Uri simulator, Func<FeedSettings, FeedSettings>? change = null, ITrackedSymbols? tracked = null) =>
        Of("coinbase", simulator, FeedMode.Simulated, change, tracked);

    public static FeedUnderTest Of(string venue, Uri simulator, FeedMode mode = FeedMode.Simulated, Func<FeedSettings, FeedSettings>? change = null, ITrackedSymbols? tracked = null) =>
        new(VenueCatalog.Find(venue)!, mode, (change ?? (s => s))(Settings(simulator)), tracked);

    public static FeedUnderTest Of(VenueEntry entry, Uri simulator, FeedTables? tables = null) => new(entry, FeedMode.Simulated, Settings(simulator), null, tables);

    /// <summary>Stops taking records, as Kafka does when it is away.</summary>
    public void Pause() => collects.Reset();

    public void Resume() => collects.Set();

    public Task UntilConnectedAsync() => Eventually.True(() => Status.IsConnected);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        collects.Set();
        await running;
        queue.Complete();
        await collecting;
        http.Dispose();
    }

    private static FeedSettings Settings(Uri simulator) =>
        new(FeedMode.Simulated, ["coinbase", "binance"], ["BTC", "ETH", "SOL", "ADA", "DOGE"], simulator, new Dictionary<string, VenueAddresses>());

    private async Task CollectAsync()
    {
        var reader = new BronzeReader();
        await foreach (var record in queue.Reader.ReadAllAsync())
        {
            collects.Wait();
            if (record.Topic == BronzeTopics.DeadLetters) DeadLetters.Enqueue(record);
            else if (reader.TryRead(record.Value, out var bronze, out var reason)) Records.Enqueue(bronze);
            else throw new InvalidOperationException($"The producer wrote what the processor refuses: {reason}");
        }
    }
}
