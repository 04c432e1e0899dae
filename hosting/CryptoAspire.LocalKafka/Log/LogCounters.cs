namespace CryptoAspire.LocalKafka.Log;

/// <summary>Running totals of a <see cref="LogStore"/> since it was opened, for meters.</summary>
public sealed class LogCounters
{
    private long _batches;
    private long _records;
    private long _bytes;
    private long _syncs;
    private long _syncTicks;

    /// <summary>Batches appended.</summary>
    public long Batches => Interlocked.Read(ref _batches);

    /// <summary>Records appended.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>Bytes appended.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>fsync calls on log files.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    /// <summary>Time spent in those calls.</summary>
    public TimeSpan SyncTime => TimeSpan.FromTicks(Interlocked.Read(ref _syncTicks));

    /// <summary>Called with the duration of each fsync, on the thread that made it: for a histogram.</summary>
    public Action<TimeSpan>? Synced { get; set; }

    internal void Appended(int records, int bytes)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _records, records);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void AddSync(TimeSpan duration)
    {
        Interlocked.Increment(ref _syncs);
        Interlocked.Add(ref _syncTicks, duration.Ticks);
        Synced?.Invoke(duration);
    }
}
