using CryptoAspire.Market;

namespace CryptoAspire.Producer.Feeds;

/// <summary>How one venue's feed fares. Written by the feed, read by anybody.</summary>
public sealed class FeedStatus(string venue, string source, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly List<TradeGap> openGaps = [];
    private long messages, trades, tickers, duplicates, rejected, reconnects, repaired, gapsSeen, lastMessageUs;

    public string Venue { get; } = venue;

    /// <summary>The <c>source</c> of its records.</summary>
    public string Source { get; } = source;

    /// <summary>connecting, connected, waiting (to connect again) or no instruments.</summary>
    public string State { get; private set; } = "connecting";

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; private set; } = clock.GetUtcNow();

    /// <summary>Why the last connection ended or could not be made.</summary>
    public string? LastProblem { get; private set; }

    public IReadOnlyList<string> Instruments { get; set; } = [];

    public bool IsConnected => State == "connected";
    public long Messages => Volatile.Read(ref messages);
    public long Trades => Volatile.Read(ref trades);
    public long Tickers => Volatile.Read(ref tickers);

    /// <summary>Trades that came again after a reconnect and were dropped.</summary>
    public long Duplicates => Volatile.Read(ref duplicates);

    /// <summary>Messages that went to the dead-letter topic.</summary>
    public long Rejected => Volatile.Read(ref rejected);

    public long Reconnects => Volatile.Read(ref reconnects);

    /// <summary>Trades that were missed and have been fetched.</summary>
    public long RepairedTrades => Volatile.Read(ref repaired);

    /// <summary>Gaps that could not be closed before live trades had to pass.</summary>
    public long Gaps => Volatile.Read(ref gapsSeen);

    public IReadOnlyList<TradeGap> OpenGaps
    {
        get
        {
            lock (gate) return [.. openGaps];
        }
    }

    /// <summary>Seconds since the venue last said anything; null before the first message.</summary>
    public double? LastMessageAge => Volatile.Read(ref lastMessageUs) is > 0 and var us ? Math.Max(0, (UnixMicroseconds.Of(clock.GetUtcNow()) - us) / 1e6) : null;

    internal void Enter(string state, string? problem = null) => (State, Since, LastProblem) = (state, clock.GetUtcNow(), problem ?? LastProblem);

    internal void CountMessage(long receivedUs)
    {
        Interlocked.Increment(ref messages);
        Volatile.Write(ref lastMessageUs, receivedUs);
    }

    internal void CountTrade() => Interlocked.Increment(ref trades);

    internal void CountTicker() => Interlocked.Increment(ref tickers);

    internal void CountDuplicate() => Interlocked.Increment(ref duplicates);

    internal void CountRejected() => Interlocked.Increment(ref rejected);

    internal void CountReconnect() => Interlocked.Increment(ref reconnects);

    internal void CountRepaired(int count) => Interlocked.Add(ref repaired, count);

    internal void AddGap(TradeGap gap)
    {
        Interlocked.Increment(ref gapsSeen);
        lock (gate) openGaps.Add(gap);
    }

    /// <summary>Replaces an open gap by what is left of it; null when it is closed.</summary>
    internal void Shrink(TradeGap gap, TradeGap? rest)
    {
        lock (gate)
        {
            var index = openGaps.IndexOf(gap);
            if (index < 0) return;
            if (rest is null) openGaps.RemoveAt(index);
            else openGaps[index] = rest;
        }
    }
}
