using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>How one venue's feed fares. Written by the feed, read by anybody.</summary>
public sealed class FeedStatus(string venue, string source, TimeProvider clock)
{
    private readonly Lock gate = new();
    private const int MostLostGaps = 100;
    private static readonly TimeSpan LongestRecording = TimeSpan.FromSeconds(2), RecordingLook = TimeSpan.FromMilliseconds(50);
    private static readonly string[] FromWorst = ["no instruments", "waiting", "connecting", "polling", "connected"];

    private readonly Dictionary<object, string> states = [];

    private readonly List<TradeGap> openGaps = [], lostGaps = [];
    private readonly Dictionary<string, string> refused = new(StringComparer.Ordinal);
    private long messages, trades, tickers, klines, records, duplicates, rejected, reconnects, rotations, sequenceBreaks, repaired, gapsSeen, gapsClosed, lastMessageUs;

    public string Venue { get; } = venue;

    /// <summary>The <c>source</c> of its records.</summary>
    public string Source { get; } = source;

    /// <summary>connecting, connected, waiting (to connect again) or no instruments; with several connections, that of the one that fares worst.</summary>
    public string State { get; private set; } = "connecting";

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; private set; } = clock.GetUtcNow();

    /// <summary>Why the last connection ended or could not be made.</summary>
    public string? LastProblem { get; private set; }

    public IReadOnlyList<string> Instruments { get; set; } = [];

    public bool IsConnected => State is "connected" or "polling";
    public long Messages => Volatile.Read(ref messages);
    public long Trades => Volatile.Read(ref trades);
    public long Tickers => Volatile.Read(ref tickers);

    /// <summary>Records of other kinds sent to Bronze (market data, sentiment, news).</summary>
    public long Records => Volatile.Read(ref records);

    /// <summary>Trades that came again after a reconnect and were dropped.</summary>
    public long Duplicates => Volatile.Read(ref duplicates);

    /// <summary>Messages that went to the dead-letter topic.</summary>
    public long Rejected => Volatile.Read(ref rejected);

    public long Reconnects => Volatile.Read(ref reconnects);

    /// <summary>Trades that were missed and have been fetched.</summary>
    public long RepairedTrades => Volatile.Read(ref repaired);

    /// <summary>Connections replaced in time, before the venue would have cut them.</summary>
    public long Rotations => Volatile.Read(ref rotations);

    /// <summary>Jumps of a connection's running number: messages that the venue sent and we never got.</summary>
    public long SequenceBreaks => Volatile.Read(ref sequenceBreaks);

    public long Klines => Volatile.Read(ref klines);

    /// <summary>Gaps that could not be closed before live trades had to pass.</summary>
    public long Gaps => Volatile.Read(ref gapsSeen);

    /// <summary>Those of them that were closed later.</summary>
    public long GapsClosed => Volatile.Read(ref gapsClosed);

    /// <summary>Gaps that the venue itself cannot fill, the newest of them.</summary>
    public IReadOnlyList<TradeGap> LostGaps
    {
        get
        {
            lock (gate) return [.. lostGaps];
        }
    }

    /// <summary>What the venue refuses to send, by channel and product, and why.</summary>
    public IReadOnlyDictionary<string, string> Refused
    {
        get
        {
            lock (gate) return new Dictionary<string, string>(refused);
        }
    }

    public IReadOnlyList<TradeGap> OpenGaps
    {
        get
        {
            lock (gate) return [.. openGaps];
        }
    }

    /// <summary>The venue's clock minus ours, milliseconds; null when it is not known.</summary>
    public double? ClockOffsetMs { get; internal set; }

    /// <summary>Seconds since the venue last said anything; null before the first message.</summary>
    public double? LastMessageAge => Volatile.Read(ref lastMessageUs) is > 0 and var us ? Math.Max(0, (UnixMicroseconds.Of(clock.GetUtcNow()) - us) / 1e6) : null;

    /// <summary>One part of the feed (a connection) comes into a state.</summary>
    internal void Enter(object part, string state, string? problem = null)
    {
        lock (gate)
        {
            states[part] = state;
            LastProblem = problem ?? LastProblem;
            Summarize();
        }
    }

    /// <summary>The part has no state any more.</summary>
    internal void Leave(object part)
    {
        lock (gate)
        {
            states.Remove(part);
            Summarize();
        }
    }

    private void Summarize()
    {
        var worst = states.Count == 0 ? "connecting" : states.Values.MinBy(s => Array.IndexOf(FromWorst, s))!;
        if (worst == State) return;
        (State, Since) = (worst, clock.GetUtcNow());
    }

    internal void CountMessage(long receivedUs)
    {
        Interlocked.Increment(ref messages);
        Volatile.Write(ref lastMessageUs, receivedUs);
    }

    internal void CountTrade() => Interlocked.Increment(ref trades);

    internal void CountTicker() => Interlocked.Increment(ref tickers);

    internal void CountRecord() => Interlocked.Increment(ref records);

    internal void CountDuplicate() => Interlocked.Increment(ref duplicates);

    internal void CountRejected() => Interlocked.Increment(ref rejected);

    internal void CountReconnect() => Interlocked.Increment(ref reconnects);

    internal void CountRepaired(int count) => Interlocked.Add(ref repaired, count);

    internal void CountRotation() => Interlocked.Increment(ref rotations);

    internal void CountSequenceBreak() => Interlocked.Increment(ref sequenceBreaks);

    internal void CountKline() => Interlocked.Increment(ref klines);

    internal void Refuse(string what, string? reason)
    {
        lock (gate)
        {
            if (reason is null) refused.Remove(what);
            else refused[what] = reason;
        }
    }

    /// <summary>The venue says whether a product trades.</summary>
    internal void Halt(in InstrumentState state) => Refuse($"trading {state.InstrumentId}", state.Trades ? null : state.Reason);

    internal void AddGap(TradeGap gap, bool isLost = false)
    {
        lock (gate)
        {
            if (isLost) AddLost(gap);
            else openGaps.Add(gap);
        }
        Interlocked.Increment(ref gapsSeen);   // after it is in a list: who writes them compares counts
    }

    /// <summary>How many of its <see cref="Gaps"/> stand in the table of gaps; null while nobody writes them there.</summary>
    internal long? RecordedGaps { get; set; }

    /// <summary>Returns when the gaps so far outlive this process, or cannot be made to in reasonable time: before a trade passes that would hide them.</summary>
    internal async Task RecordedAsync(CancellationToken lifetime)
    {
        var (count, began) = (Gaps, clock.GetTimestamp());
        while (RecordedGaps < count && clock.GetElapsedTime(began) < LongestRecording) await Task.Delay(RecordingLook, clock, lifetime);
    }

    /// <summary>Takes over the open gaps of a producer that is gone.</summary>
    internal void Adopt(IEnumerable<TradeGap> gaps)
    {
        lock (gate) openGaps.AddRange(gaps);
    }

    /// <summary>An open gap will not be filled.</summary>
    internal void Lose(TradeGap gap, string reason)
    {
        lock (gate)
        {
            if (openGaps.Remove(gap)) AddLost(gap with { Reason = reason });
        }
    }

    private void AddLost(TradeGap gap)
    {
        lostGaps.Add(gap);
        if (lostGaps.Count > MostLostGaps) lostGaps.RemoveAt(0);
    }

    /// <summary>Replaces an open gap by what is left of it; null when it is closed.</summary>
    internal void Shrink(TradeGap gap, TradeGap? rest)
    {
        lock (gate)
        {
            var index = openGaps.IndexOf(gap);
            if (index < 0) return;
            if (rest is not null)
            {
                openGaps[index] = rest;
                return;
            }
            openGaps.RemoveAt(index);
        }
        Interlocked.Increment(ref gapsClosed);
    }
}
