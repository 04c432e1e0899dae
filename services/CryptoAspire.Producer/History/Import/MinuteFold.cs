using CryptoAspire.Market;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import;

/// <summary>
/// Folds what is shorter than a minute, bars of seconds or single trades, into minutes. Refused rows pass through as they come; the minutes follow at the
/// end, oldest first. Rows may come in any order: of one moment's the file's order counts.
/// </summary>
/// <param name="check">What a row has to be to count.</param>
internal sealed class MinuteFold(IHistoryRows rows, Func<HistoryBar, Rejection?> check) : IHistoryRows
{
    // Eight years of minutes: some hundred megabytes.
    private const int MostMinutes = 4_200_000;

    private readonly Dictionary<long, Minute> minutes = [];
    private IEnumerator<KeyValuePair<long, Minute>>? folded;

    /// <summary>How many rows were folded.</summary>
    public long Folded { get; private set; }

    public bool Next(out HistoryRow row)
    {
        while (folded is null && rows.Next(out row))
        {
            if (row.Bar is not { } bar) return true;
            if (check(bar) is { } rejection)
            {
                row = new HistoryRow(row.Line, null, rejection);
                return true;
            }
            Folded++;
            var start = Interval.OneMinute.StartOf(bar.StartUs);
            if (minutes.TryGetValue(start, out var minute)) minute.Add(bar);
            else if (minutes.Count < MostMinutes) minutes[start] = new Minute(row.Line, bar);
            else throw new ImportException($"there are more than {MostMinutes:N0} minutes in it: split the file.");
        }
        folded ??= minutes.OrderBy(m => m.Key).GetEnumerator();
        row = folded.MoveNext() ? new HistoryRow(folded.Current.Value.Line, folded.Current.Value.Bar(folded.Current.Key)) : default;
        return row.Bar is not null;
    }

    private sealed class Minute(long line, HistoryBar first)
    {
        private HistoryBar bar = first;
        private long openUs = first.StartUs, closeUs = first.StartUs;

        public long Line => line;

        public HistoryBar Bar(long startUs) => bar with { StartUs = startUs };

        public void Add(in HistoryBar more)
        {
            if (more.StartUs < openUs) (openUs, bar) = (more.StartUs, bar with { Open = more.Open });
            if (more.StartUs >= closeUs) (closeUs, bar) = (more.StartUs, bar with { Close = more.Close });
            bar = bar with
            {
                High = Math.Max(bar.High, more.High),
                Low = Math.Min(bar.Low, more.Low),
                Volume = bar.Volume + more.Volume,
                Notional = bar.Notional + more.Notional,
                BuyVolume = bar.BuyVolume + more.BuyVolume,
                TradeCount = bar.TradeCount + more.TradeCount,
            };
        }
    }
}
