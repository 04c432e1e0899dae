using System.Collections.Concurrent;

namespace CryptoAspire.MarketSimulator.Faults;

/// <summary>The faults that are on, and the connections that they hit. Without a fault it costs one read of a flag a message.</summary>
public sealed class FaultBoard(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ConnectionFaults, byte> connections = new();
    private readonly long[] injected = new long[Enum.GetValues<FaultKind>().Length];
    private Fault[] active = [];

    /// <summary>The faults that are on now.</summary>
    public IReadOnlyList<Fault> Active
    {
        get
        {
            var now = clock.GetUtcNow();
            return [.. Volatile.Read(ref active).Where(f => f.Until > now)];
        }
    }

    /// <summary>How often each kind has hit something since the start.</summary>
    public IReadOnlyDictionary<FaultKind, long> Injected => Enum.GetValues<FaultKind>().ToDictionary(k => k, k => Volatile.Read(ref injected[(int)k]));

    /// <summary>Open WebSocket connections of a venue.</summary>
    public int Connections(string venue) => connections.Keys.Count(c => c.Venue == venue);

    public void Start(FaultKind kind, string venue, TimeSpan length, double share, double offsetSeconds)
    {
        var fault = new Fault(kind, venue, clock.GetUtcNow() + length, share, offsetSeconds);
        var hit = connections.Keys.Where(c => fault.Hits(c.Venue)).ToList();
        switch (kind)
        {
            case FaultKind.Drop:
                foreach (var connection in hit) connection.Drop();
                Count(kind, hit.Count);
                break;
            case FaultKind.HalfOpen:
                foreach (var connection in hit) connection.Mute();
                Count(kind, hit.Count);
                break;
            case FaultKind.Cut:
                foreach (var connection in hit) connection.Announce(length);
                Count(kind, hit.Count);
                break;
            default:
                lock (gate) Volatile.Write(ref active, [.. Active.Where(f => f.Kind != kind || f.Venue != venue), fault]);
                break;
        }
    }

    public void Clear()
    {
        lock (gate) Volatile.Write(ref active, []);
    }

    /// <summary>The fault of that kind that hits the venue now.</summary>
    public Fault? Find(FaultKind kind, string venue)
    {
        foreach (var fault in Volatile.Read(ref active))
            if (fault.Kind == kind && fault.Hits(venue) && fault.Until > clock.GetUtcNow()) return fault;
        return null;
    }

    /// <summary>What the venue's clock shows.</summary>
    public DateTimeOffset ClockOf(string venue) => clock.GetUtcNow() + TimeSpan.FromSeconds(Find(FaultKind.ClockSkew, venue)?.OffsetSeconds ?? 0);

    /// <summary>Whether anything may be on: the fast way out for the many messages that nothing happens to.</summary>
    public bool IsQuiet => Volatile.Read(ref active).Length == 0;

    public void Count(FaultKind kind, int times = 1) => Interlocked.Add(ref injected[(int)kind], times);

    internal ConnectionFaults Open(string venue)
    {
        var connection = new ConnectionFaults(venue, this, clock);
        connections[connection] = 0;
        return connection;
    }

    internal void Close(ConnectionFaults connection) => connections.TryRemove(connection, out _);
}
