using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import;

/// <summary>The rows of a comma-separated table.</summary>
internal sealed class CsvRows(TextLines lines, CsvLayout layout) : IHistoryRows
{
    private byte[]? symbol;

    public bool Next(out HistoryRow row)
    {
        while (lines.Next(out var line))
        {
            if (lines.Number <= layout.HeadLines || line.IsEmpty) continue;
            row = Read(line);
            return true;
        }
        row = default;
        return false;
    }

    private HistoryRow Read(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[CsvLine.MostFields];
        var count = CsvLine.Split(line, fields);
        if (count != layout.Columns.Count) return new HistoryRow(lines.Number, null, Rejection.Of("row", line, $"has {count} fields where {layout.Columns.Count} are expected"));
        var row = new Fields(line, fields);

        // 1. When, and of what.
        if (!layout.ReadTime(row[layout.Time], out var us)) return Refuse(row, layout.Time, $"is not a time such as {layout.TimeExample}");
        if (layout.Date is { } date && (!HistoryTime.TryDate(row[date], out var same) || same != us)) return Refuse(row, date, $"is not the time that {layout.Columns[layout.Time]} tells");
        if (layout.CloseTime is { } end && !IsEnd(row[end], us)) return Refuse(row, end, "is not the end of the candle");
        if (layout.Symbol is { } pair)
        {
            symbol ??= row[pair].ToArray();
            if (!row[pair].SequenceEqual(symbol)) return Refuse(row, pair, "is another symbol than in the rows before");
        }

        // 2. Minutes in which nothing was traded: all NaN.
        if (HistoryNumber.IsNaN(row[layout.Open]) && HistoryNumber.IsNaN(row[layout.High]) && HistoryNumber.IsNaN(row[layout.Low]) && HistoryNumber.IsNaN(row[layout.Close]))
            return new HistoryRow(lines.Number, null);

        // 3. The values.
        var (failed, why) = (-1, "");
        var open = Number(row, layout.Open, ref failed, ref why);
        var high = Number(row, layout.High, ref failed, ref why);
        var low = Number(row, layout.Low, ref failed, ref why);
        var close = Number(row, layout.Close, ref failed, ref why);
        var volume = Optional(row, layout.Volume, ref failed, ref why);
        var notional = Optional(row, layout.Notional, ref failed, ref why);
        var bought = Optional(row, layout.BuyVolume, ref failed, ref why);
        long? trades = null;
        if (layout.Trades is { } place && failed < 0)
        {
            if (!IsWhole(row[place], out trades)) (failed, why) = (place, "is not a number of trades");
        }
        return failed >= 0 ? Refuse(row, failed, why) : new HistoryRow(lines.Number, new HistoryBar(us, open, high, low, close, volume, notional, bought, trades));
    }

    // pandas prints whole numbers of a column with gaps as 79.0.
    private static bool IsWhole(ReadOnlySpan<byte> text, out long? value)
    {
        value = HistoryNumber.TryRead(text, out var number, out _) && number == decimal.Truncate(number) && number is >= 0 and <= long.MaxValue ? (long)number : null;
        return value is not null;
    }

    private bool IsEnd(ReadOnlySpan<byte> text, long startUs) =>
        HistoryTime.TryUnix(text, out var us) && startUs + layout.LengthUs - us is > 0 and <= 1_000_000;

    private static decimal Number(in Fields row, int place, ref int failed, ref string why)
    {
        if (failed >= 0) return 0;
        if (HistoryNumber.TryRead(row[place], out var value, out why)) return value;
        failed = place;
        return 0;
    }

    private static decimal? Optional(in Fields row, int? place, ref int failed, ref string why) => place is { } known ? Number(row, known, ref failed, ref why) : null;

    private HistoryRow Refuse(in Fields row, int place, string why) => new(lines.Number, null, Rejection.Of(layout.Columns[place], row[place], why));

    private readonly ref struct Fields(ReadOnlySpan<byte> line, ReadOnlySpan<Range> ranges)
    {
        private readonly ReadOnlySpan<byte> line = line;
        private readonly ReadOnlySpan<Range> ranges = ranges;

        public ReadOnlySpan<byte> this[int place] => line[ranges[place]].Trim((byte)' ');
    }
}
