using System.Text;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// Binance's public dumps (data.binance.vision): twelve columns as in its REST interface, without a header (spot) or with one (futures); times in ms, of spot
/// since 2025 in µs. The candle's end is in it, hence its length; the pair is in the file's name.
/// </summary>
internal sealed class BinanceKlinesShape : IHistoryShape
{
    private static readonly string[] Columns = ["open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count", "taker_buy_volume", "taker_buy_quote_volume", "ignore"];

    public string Name => "binance-klines";

    public string Looks => "1637971200000,open,high,low,close,volume,1637971259999,quote volume,trades,bought,bought quote,0   (header optional)";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        var head = CsvHead.Of(content);
        var hasHeader = head.Names(0) is ["opentime", "open", ..];
        var first = head[hasHeader ? 1 : 0];
        if (first.Count != Columns.Length || !Unix(first[0], out var start) || !Unix(first[6], out var end) || end <= start) return null;

        // Less the unit of the time, which may be ms or µs.
        var length = (end - start + 1_000) / 1_000_000 * 1_000_000;
        var layout = new CsvLayout
        {
            Columns = Columns,
            HeadLines = hasHeader ? 1 : 0,
            Time = 0,
            ReadTime = HistoryTime.TryUnix,
            TimeExample = "1637971200000",
            CloseTime = 6,
            LengthUs = length,
            Open = 1,
            High = 2,
            Low = 3,
            Close = 4,
            Volume = 5,
            Notional = 7,
            Trades = 8,
            BuyVolume = 9,
        };
        return new HistoryLayout((stream, isPart) => new CsvRows(new TextLines(stream, isPart), layout))
        {
            Venue = "binance",
            Interval = CandleLength.IntervalOf(length) ?? throw new ImportException($"its candles are of {TimeSpan.FromMicroseconds(length):c}, which are not kept: 1m, 5m, 15m, 1h, 4h and 1d are."),
        };
    }

    private static bool Unix(string text, out long us) => HistoryTime.TryUnix(Encoding.UTF8.GetBytes(text), out us);
}
