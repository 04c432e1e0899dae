using System.Threading.Channels;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.Feeds;
using Npgsql;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Keeps a venue's own one-minute candles beside ours. Closed ones that its socket brings are taken as they come; for what it does not bring the venue is
/// asked, one request a product in each round, for all minutes since the last, so that its budget hardly feels it. That the database is away costs nothing: the
/// next round asks for more.
/// </summary>
internal sealed partial class CandleWitness(ICandleSource venue, string source, VenueCandles table, TimeProvider clock, ILogger logger)
{
    private const int MostWaiting = 1_000;
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(3), Settling = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromHours(4), Minute = Interval.OneMinute.Length();

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> next = [];   // by product: the first minute that is not kept
    private readonly Channel<(VenueInstrument Instrument, VenueKline Kline)> streamed =
        Channel.CreateBounded<(VenueInstrument, VenueKline)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A candle from the socket. It never waits: one that finds no room is asked for in the next round.</summary>
    public void Take(VenueInstrument instrument, VenueKline kline)
    {
        if (kline.IsClosed && kline.Length == Minute) streamed.Writer.TryWrite((instrument, kline));
    }

    /// <param name="instruments">What is followed at that moment.</param>
    public Task RunAsync(Func<IReadOnlyList<VenueInstrument>> instruments, CancellationToken stopping) => Task.WhenAll(AskAsync(instruments, stopping), KeepStreamedAsync(stopping));

    private async Task KeepStreamedAsync(CancellationToken stopping)
    {
        try
        {
            while (await streamed.Reader.WaitToReadAsync(stopping))
            {
                while (streamed.Reader.TryRead(out var candle))
                {
                    try
                    {
                        await KeepAsync(candle.Instrument, [candle.Kline], stopping);
                        Note(candle.Instrument, candle.Kline);
                    }
                    catch (NpgsqlException)
                    {
                        // A round asks for it.
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task AskAsync(Func<IReadOnlyList<VenueInstrument>> instruments, CancellationToken stopping)
    {
        var failing = false;
        while (!stopping.IsCancellationRequested)
        {
            // A little after a minute's end, when the venue has settled it.
            var now = clock.GetUtcNow();
            await Wait(Minute - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute) + Settling, stopping);
            var round = instruments();
            foreach (var instrument in round)
            {
                try
                {
                    await AskAsync(instrument, stopping);
                    failing = false;
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException or NpgsqlException)
                {
                    if (!failing) LogFailed(source, instrument.Id, e.Message);
                    failing = true;
                }
                await Wait(Round / round.Count, stopping);
            }
        }
    }

    private async Task AskAsync(VenueInstrument instrument, CancellationToken stopping)
    {
        var nowUs = UnixMicroseconds.Of(clock.GetUtcNow());
        long from;
        lock (gate)
            from = next.TryGetValue(instrument.Id, out var known) ? Math.Max(known, StartOf(nowUs, Longest)) : StartOf(nowUs, Round);
        // The socket has brought all that are over.
        if (from >= StartOf(nowUs, TimeSpan.Zero)) return;
        var minutes = await venue.MinutesAsync(instrument, from, stopping);
        var closed = minutes.Where(m => m.IsClosed && EndOf(m) + Microseconds(Settling) <= nowUs).ToList();
        await KeepAsync(instrument, closed, stopping);
        if (closed.Count == 0) return;
        lock (gate) next[instrument.Id] = Math.Max(next.GetValueOrDefault(instrument.Id), EndOf(closed[^1]));
    }

    /// <summary>A candle of the socket saves a question, unless the socket left out one before it.</summary>
    private void Note(VenueInstrument instrument, in VenueKline kline)
    {
        lock (gate)
            if (next.TryGetValue(instrument.Id, out var known) && known == kline.StartUs) next[instrument.Id] = EndOf(kline);
    }

    /// <summary>A minute without trades is told by some venues, with the last price; we have no candle of it either.</summary>
    private async Task KeepAsync(VenueInstrument instrument, IReadOnlyList<VenueKline> closed, CancellationToken stopping)
    {
        var traded = closed.Where(m => m.Volume > 0).Select(m => new VenueCandle(
            source, instrument.Symbol.Name, Interval.OneMinute, UnixMicroseconds.ToTime(m.StartUs), m.Open, m.High, m.Low, m.Close, m.Volume, m.Trades)).ToList();
        if (traded.Count > 0) await table.WriteAsync(traded, clock.GetUtcNow(), stopping);
    }

    private static long EndOf(in VenueKline minute) => minute.StartUs + Microseconds(minute.Length);

    private static long StartOf(long nowUs, TimeSpan ago) => Interval.OneMinute.StartOf(nowUs - Microseconds(ago));

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private Task Wait(TimeSpan time, CancellationToken stopping) => Task.Delay(time, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Warning, "{Source} {Instrument}: the venue's own candles are not to be had ({Problem})")]
    private partial void LogFailed(string source, string instrument, string problem);
}
