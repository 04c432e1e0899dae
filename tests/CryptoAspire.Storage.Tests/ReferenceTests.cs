using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Testing;

namespace CryptoAspire.Storage.Tests;

/// <summary>Recorded trades of other venues and markets through Silver: the candles must be those that an independent script computed.</summary>
public class ReferenceTests : SilverDatabase
{
    private const string Kraken = "kraken/nautilus_http_trades_XBTUSDT_20251110.json.gz";
    private const string KrakenReference = "reference/kraken_xbtusdt_20251110_1m_vs_exchange.csv";
    private const string Futures = "binance/usdm_ethusdt_20240808.gz";
    private const string FuturesReference = "reference/usdm_ethusdt_20240808_1m.csv";
    private const string Old = "historical/ft_binance_XRPETH_aggtrades_201910.json.gz";
    private const string OldReference = "reference/binance_xrpeth_201910_1m_vs_thirdparty.csv";

    [SharedDataFact(Kraken, KrakenReference)]
    public Task Krakens_trades_give_the_reference_candles_exactly() => GivesAsync(KrakenTrades().ToList(), "BTC-USDT", KrakenReference);

    [SharedDataFact(Futures, FuturesReference)]
    public Task Binances_futures_give_the_reference_candles_exactly() =>
        GivesAsync(Captures.Trades(Futures), "ETH-USDT", FuturesReference);

    [SharedDataFact(Old, OldReference)]
    public Task Two_days_of_small_prices_give_the_reference_candles_exactly() => GivesAsync(OldTrades().ToList(), "XRP-ETH", OldReference);

    private async Task GivesAsync(List<Trade> trades, string symbol, string reference)
    {
        var random = new Random(20251110);
        var produced = trades.Concat(trades.Where(_ => random.Next(5) == 0))
            .Select((trade, index) => (trade, place: index + random.Next(500)))
            .OrderBy(pair => pair.place)
            .Select(pair => pair.trade);
        await new BronzeLog().Append(produced).CommitAllAsync(NewWriter(), batchSize: 2_500);

        Assert.Equal(
            Captures.Reference(reference).Select(Shown),
            (await RowsAsync(
                $"""
                select to_char(start at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close),
                       trim_scale(volume), trim_scale(notional), vwap, trade_count, open_trade_id, close_trade_id
                from candle where symbol = '{symbol}' and venue = '*' and interval = '1m' order by start
                """)).Select(HalfToEven));
        Assert.Equal(trades.Count, await ScalarAsync<long>("select count(*) from crypto_prices_realtime"));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from gap where closed_at is null"));
        Assert.Empty(await RowsAsync(CandleAudit.Differences));
        Assert.Empty(await RowsAsync(CandleAudit.LedgerErrors));
    }

    // The reference rounds the exact quotient, a tie to even; PostgreSQL's division has rounded once before, and its round takes a tie up.
    private static string HalfToEven(string row)
    {
        var columns = row.Split('|');
        columns[7] = decimal.Round(Number(6) / Number(5), 10).ToString("0.############################", CultureInfo.InvariantCulture);
        return string.Join('|', columns);

        decimal Number(int column) => decimal.Parse(columns[column], CultureInfo.InvariantCulture);
    }

    private static string Shown(ReferenceCandle c) => FormattableString.Invariant(
        $"{c.Start:yyyy-MM-dd HH:mm}|{c.Open:0.############################}|{c.High:0.############################}|{c.Low:0.############################}|{c.Close:0.############################}|{c.Volume:0.############################}|{c.Notional:0.############################}|{c.Vwap:0.############################}|{c.Trades}|{c.FirstId}|{c.LastId}");

    private static IEnumerable<Trade> KrakenTrades()
    {
        using var json = Read(Kraken);
        foreach (var trade in json.RootElement.GetProperty("result").GetProperty("XBTUSDT").EnumerateArray())
        {
            yield return new Trade
            {
                Symbol = Symbol.Parse("BTC-USDT"),
                Source = "kraken-replay",
                TradeId = trade[6].GetInt64(),
                EventTimeUs = (long)(trade[2].GetDecimal() * 1_000_000),
                Price = decimal.Parse(trade[0].GetString()!, CultureInfo.InvariantCulture),
                Size = decimal.Parse(trade[1].GetString()!, CultureInfo.InvariantCulture),
                Side = trade[3].GetString() == "b" ? Side.Buy : Side.Sell,
            };
        }
    }

    private static IEnumerable<Trade> OldTrades()
    {
        using var json = Read(Old);
        foreach (var trade in json.RootElement.EnumerateArray().Select(static trade => trade.GetProperty("info")))
        {
            yield return new Trade
            {
                Symbol = Symbol.Parse("XRP-ETH"),
                Source = "binance-replay",
                TradeId = trade.GetProperty("a").GetInt64(),
                EventTimeUs = trade.GetProperty("T").GetInt64() * 1000,
                Price = decimal.Parse(trade.GetProperty("p").GetString()!, CultureInfo.InvariantCulture),
                Size = decimal.Parse(trade.GetProperty("q").GetString()!, CultureInfo.InvariantCulture),
                Side = trade.GetProperty("m").GetBoolean() ? Side.Sell : Side.Buy,
            };
        }
    }

    private static JsonDocument Read(string file)
    {
        using var stream = new GZipStream(File.OpenRead(SharedData.File(file)), CompressionMode.Decompress);
        return JsonDocument.Parse(stream);
    }
}
