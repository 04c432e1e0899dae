namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>All shapes that are known. A further one is a file beside this one and a line in it.</summary>
internal static class HistoryShapes
{
    public static readonly IReadOnlyList<IHistoryShape> All =
    [
        new CryptoDataDownloadShape(), new KaggleDailyShape(), new KaggleMinuteShape(), new BinanceKlinesShape(), new LeanShape(), new FreqtradeShape(), new CcxtTradesShape(),
    ];
}
