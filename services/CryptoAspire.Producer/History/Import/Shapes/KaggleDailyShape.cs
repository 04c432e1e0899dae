using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// Kaggle's <c>coin_Bitcoin.csv</c> and its kind: <c>SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap</c>, one row a day under the day's last second,
/// the high before the open. CoinMarketCap's averages over all venues, in dollars: so is the volume.
/// </summary>
internal sealed class KaggleDailyShape : IHistoryShape
{
    private const long SecondUs = 1_000_000;

    public string Name => "kaggle-daily";

    public string Looks => "SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        var head = CsvHead.Of(content);
        var names = head.Names(0);
        if (!new[] { "sno", "symbol", "date", "high", "low", "open", "close", "volume", "marketcap" }.All(names.Contains)) return null;
        var symbol = names.IndexOf("symbol");
        var coin = symbol < head[1].Count ? head[1][symbol] : "";
        var layout = new CsvLayout
        {
            Columns = head[0],
            HeadLines = 1,
            Time = names.IndexOf("date"),
            ReadTime = TryDay,
            TimeExample = "2020-04-11 23:59:59 (a spreadsheet that has saved the file writes others; take the original)",
            Symbol = symbol,
            Open = names.IndexOf("open"),
            High = names.IndexOf("high"),
            Low = names.IndexOf("low"),
            Close = names.IndexOf("close"),
            Notional = names.IndexOf("volume"),
        };
        return new HistoryLayout((stream, isPart) => new CsvRows(new TextLines(stream, isPart), layout))
        {
            Symbol = Symbol.TryParse($"{coin}-USD", out var pair) ? pair : null,
            Venue = "coinmarketcap",
            Interval = Interval.OneDay,
        };
    }

    /// <summary>The last second of a day stands for the day.</summary>
    private static bool TryDay(ReadOnlySpan<byte> text, out long us)
    {
        if (!HistoryTime.TryDate(text, out us)) return false;
        var day = Interval.OneDay.StartOf(us);
        if (us == day + Interval.OneDay.Microseconds() - SecondUs) us = day;
        return true;
    }
}
