using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// Kaggle's minutes of Bitstamp and Coinbase: <c>timestamp,open,high,low,close,volume</c>, or with <c>Volume_(BTC),Volume_(Currency),Weighted_Price</c> at the
/// end and NaN in minutes without trades. Neither the venue nor, in the new one, the pair is in the file.
/// </summary>
internal sealed class KaggleMinuteShape : IHistoryShape
{
    public string Name => "kaggle-minute";

    public string Looks => "timestamp,open,high,low,close,volume   or   Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        var head = CsvHead.Of(content);
        var names = head.Names(0);
        if (names.Count < 6 || !new[] { "timestamp", "open", "high", "low", "close" }.All(names.Contains) || names.Contains("symbol")) return null;
        var notional = names.IndexOf("volumecurrency");
        var volume = names.FindIndex(n => n.StartsWith("volume", StringComparison.Ordinal) && n != "volumecurrency");
        if (volume < 0) return null;
        var coin = names[volume]["volume".Length..];
        var layout = new CsvLayout
        {
            Columns = head[0],
            HeadLines = 1,
            Time = names.IndexOf("timestamp"),
            ReadTime = HistoryTime.TryUnix,
            TimeExample = "1736208060",
            Open = names.IndexOf("open"),
            High = names.IndexOf("high"),
            Low = names.IndexOf("low"),
            Close = names.IndexOf("close"),
            Volume = volume,
            Notional = notional >= 0 ? notional : null,
        };
        return new HistoryLayout((stream, isPart) => new CsvRows(new TextLines(stream, isPart), layout)) { Symbol = coin.Length > 0 ? NameHints.Pair(content, coin.ToUpperInvariant()) : null };
    }
}
