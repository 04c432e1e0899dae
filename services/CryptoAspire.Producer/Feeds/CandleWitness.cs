using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;
using CryptoAspire.Storage.Feeds;
using Npgsql;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Asks a venue for its own one-minute candles and keeps them beside ours: one request a product in each round, for all minutes since the last, so that the
/// venue's budget hardly feels it. That the database is away costs nothing: the next round asks for more.
/// </summary>
internal sealed partial class CandleWitness(ICandleSource venue, string source, VenueCandles table, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(3), Settling = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromHours(4);

    private readonly Dictionary<string, long> next = [];

    /// <param name="instruments">What is followed at that moment.</param>
    public async Task RunAsync(Func<IReadOnlyList<VenueInstrument>> instruments, CancellationToken stopping)
    {
        var failing = false;
        while (!stopping.IsCancellationRequested)
        {
            // A little after a minute's end, when the venue has settled it.
            var now = clock.GetUtcNow();
            await Wait(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(now.Ticks % TimeSpan.TicksPerMinute) + Settling, stopping);
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
        var from = next.TryGetValue(instrument.Id, out var known)
            ? Math.Max(known, Interval.OneMinute.StartOf(nowUs - Longest.Ticks / TimeSpan.TicksPerMicrosecond))
            : Interval.OneMinute.StartOf(nowUs - Round.Ticks / TimeSpan.TicksPerMicrosecond);
        var minutes = await venue.MinutesAsync(instrument, from, stopping);
        // A minute without trades is told by some venues, with the last price; we have no candle of it either.
        var closed = minutes.Where(m => m.IsClosed && m.StartUs + (m.Length + Settling).Ticks / TimeSpan.TicksPerMicrosecond <= nowUs).ToList();
        var traded = closed.Where(m => m.Volume > 0).Select(m => new VenueCandle(
            source, instrument.Symbol.Name, Interval.OneMinute, UnixMicroseconds.ToTime(m.StartUs), m.Open, m.High, m.Low, m.Close, m.Volume, m.Trades)).ToList();
        if (traded.Count > 0) await table.WriteAsync(traded, clock.GetUtcNow(), stopping);
        if (closed.Count > 0) next[instrument.Id] = closed[^1].StartUs + closed[^1].Length.Ticks / TimeSpan.TicksPerMicrosecond;
    }

    private Task Wait(TimeSpan time, CancellationToken stopping) => Task.Delay(time, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Warning, "{Source} {Instrument}: the venue's own candles are not to be had ({Problem})")]
    private partial void LogFailed(string source, string instrument, string problem);
}
