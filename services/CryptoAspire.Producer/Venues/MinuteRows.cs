using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues;

/// <summary>Candles as exchanges' REST interfaces print them: an array of arrays whose places differ from venue to venue.</summary>
/// <param name="Unit">Microseconds that one unit of the time stands for.</param>
/// <param name="Trades">The place of the number of trades; null where the venue does not tell.</param>
internal sealed record MinuteRows(long Unit, int Open, int High, int Low, int Close, int Volume, int? Trades)
{
    private static readonly TimeSpan Length = Interval.OneMinute.Length();

    /// <summary>The rows from <paramref name="fromUs"/> on, oldest first.</summary>
    /// <exception cref="FormatException">A value is not what the venue documents.</exception>
    public IReadOnlyList<VenueKline> Read(JsonElement rows, string instrumentId, long fromUs, DateTimeOffset now)
    {
        var nowUs = UnixMicroseconds.Of(now);
        return [.. rows.EnumerateArray().Select(row => Row(row, instrumentId, nowUs)).Where(k => k.StartUs >= fromUs).OrderBy(k => k.StartUs)];
    }

    private VenueKline Row(JsonElement row, string instrumentId, long nowUs)
    {
        var start = row[0].GetInt64() * Unit;
        return new VenueKline(
            instrumentId, start, Length, RestAnswer.Positive(row[Open], "open"), RestAnswer.Positive(row[High], "high"), RestAnswer.Positive(row[Low], "low"),
            RestAnswer.Positive(row[Close], "close"), RestAnswer.NotNegative(row[Volume], "volume"), Trades is { } place ? row[place].GetInt64() : null, null, start + Length.Ticks / TimeSpan.TicksPerMicrosecond <= nowUs);
    }
}
