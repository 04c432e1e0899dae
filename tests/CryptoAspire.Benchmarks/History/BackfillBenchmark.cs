using System.Diagnostics;
using CryptoAspire.MarketSimulator;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.History;
using CryptoAspire.Producer.Kafka;
using CryptoAspire.Producer.Rest;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.History;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Benchmarks.History;

/// <summary>
/// Pages a second of history from the simulator, which sets no limit here: candles into the database, trades into the queue to Kafka (acknowledged at once),
/// each with its committed progress; beside the bare requests for the same pages. Half of the time is left to the feed on purpose.
/// </summary>
internal static class BackfillBenchmark
{
    private const string Section = "History by REST, from the simulator without limits";
    private const string Venue = "binance", Source = "binance-sim", Symbol = "BTC-USDT";

    private static readonly RestLimit NoLimit = new(PerSecond: 1e9, Burst: 1e9);

    public static async Task RunAsync(Report report, NpgsqlDataSource database, TimeSpan length)
    {
        var (port, assembly) = (FreePort.Next(), typeof(SimulatorHost).Assembly.Location);
        // Few trades: a page of a thousand minutes costs the simulator the making of all their trades.
        await using var simulator = ChildProcess.Start("dotnet", [assembly, "--Simulator:TicksPerSecond=1", $"--urls=http://127.0.0.1:{port}"], workingDirectory: Path.GetDirectoryName(assembly));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var address = new Uri($"http://127.0.0.1:{port}/");
        await Eventually.True(async () => await AnswersAsync(http, address), TimeSpan.FromSeconds(60));

        var entry = VenueCatalog.Find(Venue)!;
        var addresses = VenueAddresses.OfSimulator(address, Venue, entry.SimulatorSocket);
        var venue = entry.Create(new VenueRest(http, addresses.Rest, new RequestBudget(Venue, NoLimit, TimeProvider.System), NoLimit, TimeProvider.System), addresses.Socket);
        var instrument = (await venue.InstrumentsAsync(CancellationToken.None)).Single(i => i.Symbol.Name == Symbol);
        foreach (var what in new[] { HistoryRequest.Candles, HistoryRequest.Trades })
        {
            var bare = await BareAsync(venue, instrument, what, length / 3);
            var (pages, items) = await FillAsync(venue, database, what, length);
            report.Add(new(Section, what, "pages", pages, "/s", bare, "/s, bare requests"));
            report.Add(new(Section, what, what, items, "/s"));
        }
    }

    private static async Task<(double Pages, double Items)> FillAsync(IVenue venue, NpgsqlDataSource database, string what, TimeSpan length)
    {
        var orders = new HistoryOrders(database);
        var now = DateTimeOffset.UtcNow;
        var id = await orders.AddAsync(Source, Symbol, what, now.AddDays(-365), now, "benchmark", CancellationToken.None);
        var queue = new OutboundQueue();
        var sink = new FeedSink(queue, new FeedStatus(Venue, Source, TimeProvider.System));
        using var stopping = new CancellationTokenSource();
        var taking = TakeAsync(queue);
        var running = new HistoryFiller(venue, Source, sink, new HistoryWork(database, HistoryFiller.Lease), TimeProvider.System, NullLogger.Instance).RunAsync(() => [], stopping.Token);
        await Eventually.True(async () => (await orders.FindAsync(id, CancellationToken.None))!.Pages > 0, TimeSpan.FromSeconds(60));
        var (before, clock) = ((await orders.FindAsync(id, CancellationToken.None))!, Stopwatch.StartNew());
        await Task.Delay(length);
        var (after, elapsed) = ((await orders.FindAsync(id, CancellationToken.None))!, clock.Elapsed.TotalSeconds);
        await orders.CancelAsync(id, "benchmark", CancellationToken.None);
        await stopping.CancelAsync();
        await running;
        queue.Complete();
        await taking;
        return ((after.Pages - before.Pages) / elapsed, (after.Items - before.Items) / elapsed);
    }

    private static async Task TakeAsync(OutboundQueue queue)
    {
        await foreach (var record in queue.Reader.ReadAllAsync())
            record.Acknowledged?.TrySetResult();
    }

    private static async Task<double> BareAsync(IVenue venue, VenueInstrument instrument, string what, TimeSpan length)
    {
        var fromUs = Market.UnixMicroseconds.Of(DateTimeOffset.UtcNow.AddDays(-700)) / 60_000_000 * 60_000_000;
        var cursor = what == HistoryRequest.Trades ? await TradeSearch.BeforeAsync(venue, instrument, fromUs, CancellationToken.None) ?? default : default;
        var (pages, clock) = (0, Stopwatch.StartNew());
        for (; clock.Elapsed < length; pages++)
        {
            if (what == HistoryRequest.Trades)
                cursor = (await venue.TradesAfterAsync(instrument, cursor, CancellationToken.None)).Next!.Value;
            else
                fromUs = (await ((ICandleSource)venue).MinutesAsync(instrument, fromUs, CancellationToken.None))[^1].StartUs + 60_000_000;
        }

        return pages / clock.Elapsed.TotalSeconds;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address)
    {
        try
        {
            return (await http.GetAsync(new Uri(address, "replay"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
