using System.Globalization;
using CryptoAspire.Market;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import;

/// <summary>What became of one file.</summary>
/// <param name="Result">Null when it was only looked at.</param>
/// <param name="Candles">That are good.</param>
internal sealed record ImportSummary(string Name, HistorySeries Series, LoadCounts Counts, LoadResult? Result, long Candles, long FirstUs, long LastUs, TimeSpan Time)
{
    /// <summary>Buckets between the first and the last candle that the file has nothing of.</summary>
    public long Missing => (LastUs - FirstUs) / Series.Interval.Microseconds() + 1 - Candles;

    public override string ToString()
    {
        var outcome = Result is { } result ? $"{result.New:N0} new, {result.Changed:N0} changed, {result.Same:N0} as they were" : "only looked at";
        var repeated = Result is { Repeated: > 0 } more ? $", {more.Repeated:N0} repeated" : "";
        var empty = Counts.Empty > 0 ? $", {Counts.Empty:N0} empty" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Name}: {Series.Origin}, {Series.Venue} {Series.Symbol} {Series.Interval.Name()}: {Counts.Read:N0} rows ({Counts.Rejected + (Result?.Contradicting ?? 0):N0} refused{empty}{repeated}), "
            + $"{Candles:N0} candles ({outcome}), {UnixMicroseconds.ToTime(FirstUs):yyyy-MM-dd HH:mm} to {UnixMicroseconds.ToTime(LastUs):yyyy-MM-dd HH:mm} UTC, {Missing:N0} buckets missing, "
            + $"{Time.TotalSeconds:0.0} s, {Counts.Read / Math.Max(Time.TotalSeconds, 0.001):N0} rows/s");
    }
}
