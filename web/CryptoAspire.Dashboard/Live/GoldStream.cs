using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Live;

/// <summary>The Gold rows on one channel: remembers what was said and publishes rows that are new or rolled again.</summary>
public sealed class GoldStream(string name)
{
    private readonly SortedDictionary<(DateTimeOffset Start, string Symbol), TenMinuteMetrics> _tenMinute = new(Newest);
    private readonly SortedDictionary<(DateTimeOffset Start, string Symbol), HourlyMetrics> _hourly = new(Newest);

    private static IComparer<(DateTimeOffset Start, string Symbol)> Newest { get; } =
        Comparer<(DateTimeOffset Start, string Symbol)>.Create((a, b) => b.Start != a.Start ? b.Start.CompareTo(a.Start) : string.CompareOrdinal(a.Symbol, b.Symbol));

    public HubChannel Channel { get; } = new(name);

    /// <summary>Takes the rows that the database has now; the state becomes exactly these.</summary>
    public void Apply(IReadOnlyList<TenMinuteMetrics> tenMinute, IReadOnlyList<HourlyMetrics> hourly) => Channel.Publish(() =>
    {
        var update = new GoldUpdate(
            Changed(_tenMinute, tenMinute, r => (r.WindowStart, r.Symbol), r => r.CreatedAt),
            Changed(_hourly, hourly, r => (r.HourTimestamp, r.Symbol), r => r.CreatedAt));
        return update.TenMinute.Count + update.Hourly.Count == 0 ? null : update;
    });

    public (long Sequence, GoldUpdate State) Join(Subscriber subscriber) =>
        Channel.Join(subscriber, () => new GoldUpdate([.. _tenMinute.Values], [.. _hourly.Values]));

    private static List<T> Changed<T>(
        SortedDictionary<(DateTimeOffset, string), T> known, IReadOnlyList<T> rows, Func<T, (DateTimeOffset, string)> key, Func<T, DateTimeOffset> rolledAt)
        where T : class
    {
        var changed = rows.Where(row => !known.TryGetValue(key(row), out var old) || rolledAt(old) != rolledAt(row)).ToList();
        known.Clear();
        foreach (var row in rows)
            known[key(row)] = row;
        return changed;
    }
}
