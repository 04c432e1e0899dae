using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// CryptoDataDownload, old and new: a banner with its address, then <c>date,symbol,open,high,low,close,volume_btc,volume</c> or
/// <c>Unix,Date,Symbol,Open,High,Low,Close,Volume ADA,Volume USDT,tradecount</c>; the newest row first, days may be missing.
/// </summary>
internal sealed class CryptoDataDownloadShape : IHistoryShape
{
    public string Name => "cryptodatadownload";

    public string Looks => "[unix,]date,symbol,open,high,low,close,volume …  below a line with CryptoDataDownload's address";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        // 1. The header, below the banner or, in copies, at the top.
        var head = CsvHead.Of(content);
        var at = head.Names(0).Contains("symbol") ? 0 : 1;
        var names = head.Names(at);
        if (!new[] { "date", "symbol", "open", "high", "low", "close" }.All(names.Contains) || names.Contains("sno")) return null;

        // 2. The pair: the base's name is in the header of its volume, and begins the symbol.
        var symbol = names.IndexOf("symbol");
        var text = symbol < head[at + 1].Count ? head[at + 1][symbol] : "";
        List<int> volumes = [.. Enumerable.Range(0, names.Count).Where(i => names[i].StartsWith("volume", StringComparison.Ordinal))];
        var plain = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        int? inBase = volumes.Where(v => names[v].Length > "volume".Length && plain.StartsWith(names[v]["volume".Length..], StringComparison.Ordinal)).Cast<int?>().FirstOrDefault();
        var pair = inBase is { } found ? PairOf(plain, names[found]["volume".Length..].Length) : null;
        if (pair is null) Symbol.TryParse(text, out pair);

        var unix = names.IndexOf("unix");
        var date = names.IndexOf("date");
        var trades = names.IndexOf("tradecount");
        var layout = new CsvLayout
        {
            Columns = head[at],
            HeadLines = at + 1,
            Time = unix >= 0 ? unix : date,
            ReadTime = unix >= 0 ? HistoryTime.TryUnix : HistoryTime.TryDate,
            TimeExample = unix >= 0 ? "1774828800000" : "2019-10-17 09-AM",
            Date = unix >= 0 ? date : null,
            Symbol = symbol,
            Open = names.IndexOf("open"),
            High = names.IndexOf("high"),
            Low = names.IndexOf("low"),
            Close = names.IndexOf("close"),
            Volume = inBase,
            Notional = volumes.Where(v => v != inBase).Cast<int?>().FirstOrDefault(),
            Trades = trades >= 0 ? trades : null,
        };
        return new HistoryLayout((stream, isPart) => new CsvRows(new TextLines(stream, isPart), layout)) { Symbol = pair };
    }

    private static Symbol? PairOf(string text, int baseLength) => Symbol.TryParse($"{text[..baseLength]}-{text[baseLength..]}", out var pair) ? pair : null;
}
