using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>
/// Plays a tape once to everybody who has subscribed, from one position, so that all clients stay aligned in event time. It starts with the first subscriber,
/// pauses when the last one leaves, and waits for the slowest: it never drops. What a client loses when its connection breaks, it fetches by id,
/// as it would from the exchange; the position itself needs no saving, because a replay that starts again only repeats ids.
/// </summary>
public sealed partial class ReplayMarket : BackgroundService, IMarket
{
    private const int MaxBatch = 64;
    private const int QueuedBatches = 8;

    private readonly ReplayTape tape;
    private readonly double speed;
    private readonly bool loop;
    private readonly TimeProvider clock;
    private readonly ILogger<ReplayMarket> logger;
    private readonly Lock gate = new();
    private readonly List<Subscriber> subscribers = [];
    private readonly SemaphoreSlim arrivals = new(0);
    private long position;

    /// <param name="speed">1 is as recorded, 10 ten times as fast, <see cref="double.PositiveInfinity"/> as fast as the slowest client reads.</param>
    /// <param name="loop">Begin again at the end, with ids and times going on.</param>
    public ReplayMarket(ReplayTape tape, double speed, bool loop, TimeProvider clock, ILogger<ReplayMarket> logger)
    {
        this.tape = tape;
        this.speed = speed;
        this.loop = loop;
        this.clock = clock;
        this.logger = logger;
    }

    public ReplayProgress Progress
    {
        get
        {
            lock (gate)
            {
                var state = IsFinished ? "finished" : subscribers.Count > 0 ? "playing" : position == 0 ? "waiting" : "paused";
                DateTimeOffset? eventTime = position == 0 ? null : DateTimeOffset.UnixEpoch.AddMicroseconds(tape[position - 1].TimeUs);
                return new ReplayProgress(state, position, tape.Length, position / tape.Length, eventTime);
            }
        }
    }

    private bool IsFinished => !loop && position >= tape.Length;

    public IReadOnlyList<Instrument> InstrumentsOf(string venue) => [.. tape.Instruments.Where(i => i.Venue == venue)];

    public IAsyncEnumerable<IReadOnlyList<MarketTrade>> Follow(string venue, Func<Instrument, bool> wanted, CancellationToken cancellation)
    {
        var subscriber = new Subscriber(
            trade => trade.Instrument.Venue == venue && wanted(trade.Instrument),
            Channel.CreateBounded<IReadOnlyList<MarketTrade>>(new BoundedChannelOptions(QueuedBatches) { SingleReader = true, SingleWriter = true }));
        lock (gate) subscribers.Add(subscriber);
        // Registered at once, so it must be released even if the reader never starts to read.
        var leaving = cancellation.Register(() => Remove(subscriber));
        arrivals.Release();
        return Read(subscriber, leaving, cancellation);
    }

    private async IAsyncEnumerable<IReadOnlyList<MarketTrade>> Read(
        Subscriber subscriber, CancellationTokenRegistration leaving, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in subscriber.Queue.Reader.ReadAllAsync(cancellation)) yield return batch;
        }
        finally
        {
            Remove(subscriber);
            leaving.Dispose();
        }
    }

    private void Remove(Subscriber subscriber)
    {
        lock (gate) subscribers.Remove(subscriber);
        subscriber.Queue.Writer.TryComplete();
    }

    public MarketTrade? Latest(Instrument instrument)
    {
        lock (gate) return tape.Latest(instrument, position);
    }

    public IReadOnlyList<MarketTrade> TradesFrom(Instrument instrument, long fromId, int limit)
    {
        lock (gate) return tape.TradesFrom(instrument, fromId, limit, position);
    }

    public IReadOnlyList<MarketTrade> Newest(Instrument instrument, int count)
    {
        lock (gate) return tape.Newest(instrument, count, position);
    }

    public long? FirstIdSince(Instrument instrument, long timeUs)
    {
        lock (gate) return tape.FirstIdSince(instrument, timeUs, position);
    }

    public DaySummary? Summary(Instrument instrument) => null;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var (anchorUs, anchorWall) = (0L, 0L);
        var anchored = false;
        while (!stopping.IsCancellationRequested)
        {
            // 1. Somebody must listen.
            bool idle;
            lock (gate) idle = subscribers.Count == 0 || IsFinished;
            if (idle)
            {
                anchored = false;
                await arrivals.WaitAsync(stopping);
                continue;
            }

            // 2. The next trade must be due.
            if (!anchored) (anchorUs, anchorWall, anchored) = (tape.DueUs(position), clock.GetTimestamp(), true);
            var dueUntilUs = double.IsPositiveInfinity(speed) ? double.MaxValue : anchorUs + clock.GetElapsedTime(anchorWall).TotalMicroseconds * speed;
            if (tape.DueUs(position) > dueUntilUs)
            {
                var wait = TimeSpan.FromMicroseconds((tape.DueUs(position) - dueUntilUs) / speed);
                await Task.Delay(wait < TimeSpan.FromMilliseconds(5) ? TimeSpan.FromMilliseconds(5) : wait, clock, stopping);
                continue;
            }

            // 3. Play what is due; position and audience change together, so that a client is told every trade either by the socket or by id.
            var batch = new List<MarketTrade>(MaxBatch);
            Subscriber[] audience;
            lock (gate)
            {
                if (position == 0) LogStarted(tape.Length, tape.Instruments.Count);
                while (batch.Count < MaxBatch && !IsFinished && tape.DueUs(position) <= dueUntilUs) batch.Add(tape[position++]);
                audience = [.. subscribers];
            }
            foreach (var subscriber in audience) await Deliver(subscriber, batch, stopping);
            if (IsFinished) LogFinished(position);
        }
    }

    private static async Task Deliver(Subscriber subscriber, List<MarketTrade> batch, CancellationToken stopping)
    {
        var wanted = batch.Where(subscriber.Wants).ToList();
        if (wanted.Count == 0) return;
        try
        {
            await subscriber.Queue.Writer.WriteAsync(wanted, stopping);
        }
        catch (ChannelClosedException)
        {
            // It left while we waited for it: it will ask for what it missed.
        }
    }

    private sealed record Subscriber(Func<MarketTrade, bool> Wants, Channel<IReadOnlyList<MarketTrade>> Queue);

    [LoggerMessage(LogLevel.Information, "Replay started: {Trades} trades of {Instruments} instruments")]
    private partial void LogStarted(int trades, int instruments);

    [LoggerMessage(LogLevel.Information, "Replay finished: {Trades} trades played; the connections stay open and the trades can be asked for by id")]
    private partial void LogFinished(long trades);
}
