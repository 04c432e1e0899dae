namespace CryptoAspire.Dashboard.Cold;

/// <summary>Figures that many circuits show and one reading fills: however many ask, the database is asked once in <paramref name="period"/>.</summary>
/// <param name="time">The clock.</param>
/// <param name="period">How old a reading may be that is handed out again.</param>
/// <param name="read">Reads the figures.</param>
public sealed class SharedView<T>(TimeProvider time, TimeSpan period, Func<CancellationToken, Task<T>> read)
    where T : class
{
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<T>? _reading;
    private long _startedAt;
    private T? _latest;

    /// <summary>The last figures that were read, of any age; null before the first.</summary>
    public T? Latest => Volatile.Read(ref _latest);

    /// <summary>The figures, at most a period old.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be read; it is not asked again before the period is over.</exception>
    public Task<T> ReadAsync()
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.IsCompleted && time.GetElapsedTime(_startedAt) >= period))
            {
                _startedAt = time.GetTimestamp();
                _reading = Task.Run(FillAsync);
            }

            return _reading;
        }
    }

    /// <summary>What was read is out of date: the next who asks has it read again, whatever its age.</summary>
    public void Expire()
    {
        lock (_lock)
        {
            _reading = null;
        }
    }

    private async Task<T> FillAsync()
    {
        using var limit = new CancellationTokenSource(LongestReading, time);
        var view = await read(limit.Token);
        Volatile.Write(ref _latest, view);
        return view;
    }
}
