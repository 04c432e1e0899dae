namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>Splits Binance's <c>BTCUSDT</c> into base and quote. A capture has no product list, so the quote assets of Binance's spot market decide.</summary>
internal static class BinanceSymbol
{
    private static readonly string[] Quotes = ["FDUSD", "USDT", "USDC", "TUSD", "BUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "JPY", "USD"];

    public static Instrument Parse(string symbol, string path)
    {
        var quote = Quotes.FirstOrDefault(q => symbol.Length > q.Length && symbol.EndsWith(q, StringComparison.Ordinal))
            ?? throw new CaptureFormatException(path, 0, $"symbols that end in one of {string.Join(", ", Quotes)}, but there is {symbol}");
        return new Instrument(VenueNames.Binance, symbol, symbol[..^quote.Length], quote, 0.00000001m, 0.00000001m);
    }
}
