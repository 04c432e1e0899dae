using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Dashboard.Live;

/// <summary>What the pages need from the database, in the pages' shapes.</summary>
public sealed class MarketHistory(PriceQueries prices, CandleQueries candles, TradeQueries trades, MetricsQueries metrics)
{
    /// <summary>Bars in a chart's snapshot.</summary>
    public const int ChartBars = 600;

    /// <summary>Rows of the Symbol page's ten-minute table.</summary>
    public const int TenMinuteRows = 12;

    /// <summary>Rows of the Symbol page's hourly table.</summary>
    public const int HourlyRows = 24;

    private const int SparkPoints = 60;

    /// <summary>Every symbol's newest price and sparkline.</summary>
    public async Task<IReadOnlyList<SymbolHistory>> SymbolsAsync(CancellationToken cancel)
    {
        var lines = await prices.SparklinesAsync(SparkPoints, cancel);
        var latest = await prices.LatestAsync(null, cancel);
        return [.. latest.Select(price => new SymbolHistory(price, lines.GetValueOrDefault(price.Symbol) ?? []))];
    }

    /// <summary>The newest candles of all venues together, oldest first.</summary>
    public Task<IReadOnlyList<Candle>> CandlesAsync(string symbol, Interval interval, int count, CancellationToken cancel) =>
        candles.ReadAsync(symbol, Venue.All, interval, null, null, count, cancel);

    /// <summary>The newest trades, oldest first.</summary>
    public async Task<IReadOnlyList<TradeLine>> TradesAsync(string symbol, CancellationToken cancel) =>
        [.. (await trades.RecentAsync(symbol, SymbolState.RecentTrades, cancel)).Reverse().Select(t => TradeLine.Of(t.TradeId, t.EventTimeUs, t.Price, t.Size, t.Side, t.Source))];

    /// <summary>The newest Gold rows of a symbol, newest first.</summary>
    public async Task<(IReadOnlyList<TenMinuteMetrics> TenMinute, IReadOnlyList<HourlyMetrics> Hourly)> GoldAsync(
        string symbol, int tenMinuteRows, int hourlyRows, CancellationToken cancel) =>
        (await metrics.TenMinutesAsync(symbol, tenMinuteRows, cancel), await metrics.HourlyAsync(symbol, hourlyRows, cancel));
}
