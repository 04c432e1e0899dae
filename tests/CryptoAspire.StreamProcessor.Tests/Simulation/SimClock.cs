namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>One process's clock: set wrong and set anew at will; its timers fire when the simulation says so, not when they are due.</summary>
internal sealed class SimClock(DateTimeOffset start, TimeSpan skew) : TimeProvider
{
    private readonly List<SimTimer> _timers = [];
    private long _ticks;

    public TimeSpan Skew { get; set; } = skew;

    public IReadOnlyList<SimTimer> Timers => _timers;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Skew + TimeSpan.FromTicks(_ticks);

    public override long GetTimestamp() => _ticks;

    public void Advance(TimeSpan by) => _ticks += by.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        _timers.Add(timer);
        return timer;
    }

    internal sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void Fire()
        {
            clock._timers.Remove(this);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
