using System.Globalization;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// QuantConnect Lean's crypto data: a zip a day with <c>20161007_btcusd_minute_trade.csv</c> in it, <c>ms since midnight,open,high,low,close,volume</c> without
/// a header. The day and the pair are in the name, the venue is a folder's; bars of seconds are folded into minutes.
/// </summary>
internal sealed class LeanShape : IHistoryShape
{
    private const int DayMs = 86_400_000;

    private static readonly string[] Columns = ["time", "open", "high", "low", "close", "volume"];

    public string Name => "lean";

    public string Looks => "60000,open,high,low,close,volume   (ms since midnight UTC; the day in the file's name)";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        var head = CsvHead.Of(content);
        if (head.Count == 0 || head[0].Count != Columns.Length || !head[0].Skip(1).All(IsNumber) || !int.TryParse(head[0][0], NumberStyles.None, CultureInfo.InvariantCulture, out var ms) || ms >= DayMs) return null;
        var day = NameHints.Day(content) ?? throw new ImportException("it looks like Lean's, whose day is in the file's name (20161007_btcusd_minute_trade.csv), and this name has none.");
        var dayUs = (day.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var layout = new CsvLayout
        {
            Columns = Columns,
            Time = 0,
            ReadTime = (text, out us) =>
            {
                var isTime = System.Buffers.Text.Utf8Parser.TryParse(text, out int since, out var read) && read == text.Length && since is >= 0 and < DayMs;
                us = dayUs + since * 1_000L;
                return isTime;
            },
            TimeExample = "60000 (ms since midnight)",
            Open = 1,
            High = 2,
            Low = 3,
            Close = 4,
            Volume = 5,
        };
        return new HistoryLayout((stream, isPart) => new CsvRows(new TextLines(stream, isPart), layout));
    }

    private static bool IsNumber(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
