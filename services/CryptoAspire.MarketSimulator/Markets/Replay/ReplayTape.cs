namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>
/// The captures as one tape in event time. Each file is paced by its recorder's receive times, which keep the bursts as they came,
/// shifted by one constant a file so that they agree with the exchange's clock (recorders' clocks differ by seconds).
/// </summary>
public sealed class ReplayTape
{
    private const long LapGrainUs = 60_000_000;

    private readonly MarketTrade[] trades;
    private readonly long[] dueUs;
    private readonly Dictionary<Instrument, int[]> byInstrument;

    private ReplayTape(MarketTrade[] trades, long[] dueUs)
    {
        this.trades = trades;
        this.dueUs = dueUs;
        byInstrument = trades.Select((t, i) => (t.Instrument, Index: i)).GroupBy(t => t.Instrument, t => t.Index)
            .ToDictionary(g => g.Key, g => g.OrderBy(i => trades[i].Id).ToArray());
        // A lap is whole minutes long, so that a looped capture falls into the same parts of its candles again.
        var firstUs = trades.Min(t => t.TimeUs);
        var lastUs = trades.Max(t => t.TimeUs);
        LapUs = ((lastUs - firstUs) / LapGrainUs + 1) * LapGrainUs;
    }

    /// <summary>Trades on the tape; the same in every lap.</summary>
    public int Length => trades.Length;

    /// <summary>By how much event times move on with each lap, µs.</summary>
    public long LapUs { get; }

    public IReadOnlyList<Instrument> Instruments => [.. byInstrument.Keys];

    /// <summary>When entry <paramref name="position"/> is due on the tape's own time line, µs; positions past the end belong to further laps.</summary>
    public long DueUs(long position) => dueUs[position % Length] + position / Length * LapUs;

    /// <summary>
    /// Entry <paramref name="position"/>. In the first lap it is as recorded; later laps continue the ids and the times, and have no recorded bytes.
    /// </summary>
    public MarketTrade this[long position] => InLap(trades[position % Length], position / Length);

    /// <summary>Trades before <paramref name="position"/> with an id of at least <paramref name="fromId"/>, oldest first.</summary>
    public IReadOnlyList<MarketTrade> TradesFrom(Instrument instrument, long fromId, int limit, long position)
    {
        var found = new List<MarketTrade>();
        if (!byInstrument.TryGetValue(instrument, out var indices)) return found;
        var firstId = trades[indices[0]].Id;
        var idsPerLap = IdsPerLap(indices);
        for (var lap = Math.Max(0, (fromId - firstId) / idsPerLap); lap * Length < position && found.Count < limit; lap++)
            for (var i = FirstAtLeast(indices, fromId - lap * idsPerLap); i < indices.Length && found.Count < limit; i++)
                if (lap * Length + indices[i] < position)
                    found.Add(InLap(trades[indices[i]], lap));
        return found;
    }

    /// <summary>Id of the instrument's first trade before <paramref name="position"/> that happened at that time or after it.</summary>
    public long? FirstIdSince(Instrument instrument, long timeUs, long position)
    {
        if (!byInstrument.TryGetValue(instrument, out var indices)) return null;
        for (var lap = Math.Max(0, (timeUs - trades[indices[^1]].TimeUs) / LapUs); lap * Length < position; lap++)
            foreach (var i in indices)
                if (lap * Length + i < position && trades[i].TimeUs + lap * LapUs >= timeUs) return InLap(trades[i], lap).Id;
        return null;
    }

    /// <summary>The newest trades before <paramref name="position"/>, oldest first.</summary>
    public IReadOnlyList<MarketTrade> Newest(Instrument instrument, int count, long position)
    {
        if (!byInstrument.TryGetValue(instrument, out var indices)) return [];
        var newest = new List<MarketTrade>();
        for (var lap = position / Length; lap >= 0 && newest.Count < count; lap--)
            for (var i = indices.Length - 1; i >= 0 && newest.Count < count; i--)
                if (lap * Length + indices[i] < position) newest.Add(InLap(trades[indices[i]], lap));
        newest.Reverse();
        return newest;
    }

    /// <summary>The newest of the instrument's trades before <paramref name="position"/>.</summary>
    public MarketTrade? Latest(Instrument instrument, long position)
    {
        if (!byInstrument.TryGetValue(instrument, out var indices)) return null;
        var lap = position / Length;
        var inLap = indices.Where(i => lap * Length + i < position).Select(i => (int?)i).Max();
        if (inLap is { } index) return InLap(trades[index], lap);
        return lap > 0 ? InLap(trades[indices[^1]], lap - 1) : null;
    }

    /// <summary>Reads the captures and merges them.</summary>
    /// <exception cref="CaptureFormatException">One of them cannot be replayed.</exception>
    public static ReplayTape Load(IEnumerable<string> paths)
    {
        var entries = new List<(long DueUs, MarketTrade Trade)>();
        foreach (var path in paths)
        {
            var recorded = RecordedMarket.IsOne(path) ? RecordedMarket.Read(path) : CaptureFile.Read(path);
            // The smallest difference is the one least spoilt by delays on the way to the recorder.
            var clockOffsetUs = recorded.Min(r => r.ReceivedUs - r.Trade.TimeUs);
            foreach (var (receivedUs, trade) in recorded)
            {
                entries.Add((receivedUs - clockOffsetUs, new MarketTrade(trade.Instrument, trade.Id, trade.TimeUs, trade.Price, trade.Size, trade.TakerBuys, trade.Wire)));
            }
        }
        var ordered = entries.DistinctBy(e => (e.Trade.Instrument, e.Trade.Id)).OrderBy(e => e.DueUs).ToList();   // stable: a file's own order stays
        return new ReplayTape([.. ordered.Select(e => e.Trade)], [.. ordered.Select(e => e.DueUs)]);
    }

    private MarketTrade InLap(MarketTrade trade, long lap) => lap == 0
        ? trade
        : trade with { Id = trade.Id + lap * IdsPerLap(byInstrument[trade.Instrument]), TimeUs = trade.TimeUs + lap * LapUs, Wire = default };

    private long IdsPerLap(int[] indices) => trades[indices[^1]].Id - trades[indices[0]].Id + 1;

    private int FirstAtLeast(int[] indices, long id)
    {
        var (low, high) = (0, indices.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (trades[indices[middle]].Id < id) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
