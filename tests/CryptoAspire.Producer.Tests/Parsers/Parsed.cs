using CryptoAspire.Producer.Venues;
using CryptoAspire.Producer.Venues.Binance;
using CryptoAspire.Producer.Venues.Coinbase;

namespace CryptoAspire.Producer.Tests.Parsers;

/// <summary>One message, read by a venue's parser.</summary>
internal sealed class Parsed
{
    public FeedFrame Frame { get; } = new();

    public VenueTrade Trade => Assert.Single(Frame.Trades);

    public VenueTicker Ticker => Assert.Single(Frame.Tickers);

    public bool IsTrade => Frame.Trades.Count > 0;

    public bool IsTicker => Frame.Tickers.Count > 0;

    public bool IsConfirmation => Frame.Answers.Any(a => a.Refusal is null);

    /// <summary>Why it, or a part of it, could not be read.</summary>
    public string? Reason => Frame.Reason;

    public string? Refusal => Frame.Answers.Select(a => a.Refusal).FirstOrDefault(r => r is not null);

    /// <summary>Nothing in it is of interest.</summary>
    public bool IsIgnored => Frame is { Reason: null, IsClosing: false, Trades.Count: 0, Tickers.Count: 0, Klines.Count: 0, Promises.Count: 0, Answers.Count: 0, States.Count: 0 };

    public static Parsed Binance(ReadOnlySpan<byte> message) => Of(message, BinanceParser.Read);

    public static Parsed BinanceAggregates(ReadOnlySpan<byte> message) => Of(message, BinanceParser.ReadAggregates);

    public static Parsed Coinbase(ReadOnlySpan<byte> message) => Of(message, CoinbaseParser.Read);

    private static Parsed Of(ReadOnlySpan<byte> message, FeedFrame.Reader read)
    {
        var parsed = new Parsed();
        parsed.Frame.Read(message, read);
        return parsed;
    }
}
