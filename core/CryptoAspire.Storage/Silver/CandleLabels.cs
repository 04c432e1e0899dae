using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Which label a candle has: follows the watermarks of the symbols in one partition. Loaded from what was committed, so that a new owner
/// goes on where the last one was. A mark never goes back, so that a source that wakes up does not make its symbol's candles open again.
/// </summary>
internal sealed class CandleLabels(ISilverStore store, TimeProvider time)
{
    private readonly Watermarks _watermarks = new();
    private readonly HashSet<string> _symbols = [];
    private readonly Dictionary<(string Symbol, string Venue), long> _labelled = [];
    private readonly Dictionary<(string Symbol, string Venue), long> _before = [];
    private readonly List<(string Symbol, string Venue, long WatermarkUs)> _marks = [];

    // Silence is measured by the clock that cannot be set.
    private long MonotonicUs => time.GetElapsedTime(0, time.GetTimestamp()).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Loads the marks of symbols that were not met since <see cref="Forget"/>.</summary>
    public async Task PrepareAsync(BatchFold fold, CancellationToken cancel)
    {
        HashSet<string>? absent = null;
        foreach (var key in fold.Latest.Keys)
        {
            if (!_symbols.Contains(key.Symbol))
                (absent ??= []).Add(key.Symbol);
        }

        if (absent is null)
            return;
        var clockUs = UnixMicroseconds.Of(time.GetUtcNow());
        foreach (var mark in await store.LoadMarksAsync(absent, cancel))
            _watermarks.Observe(mark.Symbol, mark.Source, mark.NewestUs, MonotonicUs - Math.Max(0, clockUs - mark.SpokeUs));
        _symbols.UnionWith(absent);
    }

    /// <summary>Moves the marks by the batch's events and labels its candles.</summary>
    /// <returns>The marks that passed the end of a minute, so that candles without a change are labelled too.</returns>
    public (List<CandleStatements.Row> Candles, List<(string Symbol, string Venue, long WatermarkUs)> Marks) Label(BatchFold fold)
    {
        var nowUs = MonotonicUs;
        _before.Clear();
        foreach (var key in fold.Latest.Keys)
        {
            Note(key.Symbol, key.Source, nowUs);
            Note(key.Symbol, Venue.All, nowUs);
        }

        foreach (var (key, row) in fold.Latest)
            _watermarks.Observe(key.Symbol, key.Source, row.Newest.EventTimeUs, nowUs);

        _marks.Clear();
        foreach (var (key, before) in _before)
        {
            var after = Math.Max(before, _watermarks.Of(key.Symbol, key.Venue, nowUs));
            var isNew = !_labelled.ContainsKey(key);
            _labelled[key] = after;
            if (after != Watermarks.None && (isNew || before == Watermarks.None || Interval.OneMinute.StartOf(after) > Interval.OneMinute.StartOf(before)))
                _marks.Add((key.Symbol, key.Venue, after));
        }

        return (fold.Candles(key => _before[(key.Symbol, key.Venue)], key => _labelled[(key.Symbol, key.Venue)]), _marks);
    }

    /// <summary>Another owner may have moved on.</summary>
    public void Forget()
    {
        _watermarks.Clear();
        _symbols.Clear();
        _labelled.Clear();
    }

    private void Note(string symbol, string venue, long nowUs)
    {
        if (!_before.ContainsKey((symbol, venue)))
            _before[(symbol, venue)] = _labelled.TryGetValue((symbol, venue), out var labelled) ? labelled : _watermarks.Of(symbol, venue, nowUs);
    }
}
