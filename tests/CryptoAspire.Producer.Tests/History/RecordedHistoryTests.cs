using System.Globalization;
using CryptoAspire.Producer.History.Import;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.History;

/// <summary>The real files of docs/feeds.md 3.2: their row counts, and the reference values where there are some.</summary>
public sealed class RecordedHistoryTests(ImportUnderTest history) : IClassFixture<ImportUnderTest>
{
    private const string Folder = "historical/", Reference = "reference/binance_xrpeth_201910_1m_vs_thirdparty.csv";
    private const string Trades = Folder + "ft_binance_XRPETH_aggtrades_201910.json.gz", Candles = Folder + "ft_binance_XRPETH_1m_201910.json.gz";
    private const string Minutes = Folder + "lean_coinbase_minute_btcusd_20161007_trade.zip", Seconds = Folder + "lean_coinbase_second_btcusd_20161007_trade.zip";

    [SharedDataTheory(Folder)]
    [InlineData("binance_vision_ADABTC-1m-2021-11-27.csv", "binance ADA-BTC 1m", 10, 0)]
    [InlineData("cdd_Binance_ADAUSDT_d_2026_excerpt.csv", "binance ADA-USDT 1d", 15, 4)]
    [InlineData("cdd_Coinbase_BTCUSD_1h.csv.gz", "coinbase BTC-USD 1h", 20_111, 0)]
    [InlineData("kaggle1min_bitstamp_btcusd_20250107_head.csv", "bitstamp BTC-USD 1m", 5, 0)]
    [InlineData("kaggle_coin_Ethereum.csv.gz", "coinmarketcap ETH-USD 1d", 2_160, 0)]
    [InlineData("kaggle_coin_Solana.csv.gz", "coinmarketcap SOL-USD 1d", 452, 0)]
    [InlineData("kaggle_coin_Dogecoin.csv.gz", "coinmarketcap DOGE-USD 1d", 2_760, 0)]
    [InlineData("lean_coinbase_minute_btcusd_20180404_trade.zip", "coinbase BTC-USD 1m", 1_007, 1)]
    [InlineData("lean_coinbase_minute_btcusd_20180405_trade.zip", "coinbase BTC-USD 1m", 1_440, 0)]
    [InlineData("lean_coinbase_minute_btcusd_20180406_trade.zip", "coinbase BTC-USD 1m", 1_440, 0)]
    [InlineData("lean_coinbase_minute_ethusd_20180405_trade.zip", "coinbase ETH-USD 1m", 1_440, 0)]
    public async Task A_real_file_is_recognised_and_every_row_is_a_candle(string name, string series, long candles, long missing)
    {
        var summary = await history.ImportOneAsync(SharedData.File(Folder + name));

        Assert.Equal(series, $"{summary.Series.Venue} {summary.Series.Symbol} {CryptoAspire.Market.Intervals.Name(summary.Series.Interval)}");
        Assert.Equal((candles, candles, 0, 0), (summary.Counts.Read, summary.Candles, summary.Counts.Rejected, summary.Counts.Empty));
        Assert.Equal(missing, summary.Missing);
    }

    [SharedDataFact(Folder + "kaggle_coin_Bitcoin.csv.gz")]
    public async Task Of_the_mangled_file_every_single_row_is_refused_also_those_that_could_be_read()
    {
        var failure = await Assert.ThrowsAsync<ImportException>(() => history.ImportAsync(SharedData.File(Folder + "kaggle_coin_Bitcoin.csv.gz")));

        Assert.Contains("none of its 2,991 rows can be used", failure.Message);
        Assert.Equal(2_991, ((string[])failure.Data["refused"]!).Length);
        Assert.Empty(await history.CandlesAsync("BTC-USD", "coinmarketcap", "1d", "kaggle-daily"));
    }

    [SharedDataFact(Minutes, Seconds)]
    public async Task Leans_seconds_fold_to_exactly_its_minutes()
    {
        Assert.Equal(1_419, (await history.ImportOneAsync(SharedData.File(Minutes))).Result!.New);

        var seconds = await history.ImportOneAsync(SharedData.File(Seconds));

        Assert.Equal((4_063, 1_419, 0, 0), (seconds.Counts.Read, seconds.Candles, seconds.Result!.New, seconds.Result.Changed));
    }

    [SharedDataFact(Trades, Candles, Reference)]
    public async Task Binances_trades_fold_to_the_reference_and_to_the_candles_that_freqtrade_made_of_them()
    {
        var trades = await history.ImportOneAsync(SharedData.File(Trades));
        var candles = await history.ImportOneAsync(SharedData.File(Candles));
        Assert.Equal((12_477, 2_469), (trades.Counts.Read, trades.Candles));
        Assert.Equal((3_560, 3_560), (candles.Counts.Read, candles.Candles));

        // Start, OHLC, volume; and what was paid, which only the trades tell.
        var folded = (await history.CandlesAsync("XRP-ETH", "binance", "1m", "ccxt-trades")).Select(c => c[..c.LastIndexOf('|')]).ToList();
        var reference = File.ReadLines(SharedData.File(Reference)).Skip(1).Select(line => line.Split(',')).Select(f =>
            string.Join('|', [f[0][..16].Replace('T', ' '), .. f[2..8].Select(v => (decimal.Parse(v, CultureInfo.InvariantCulture) / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture))])).ToList();
        Assert.Equal(reference, folded);
        var told = (await history.CandlesAsync("XRP-ETH", "binance", "1m", "freqtrade")).Select(c => c[..^4]).Where(c => !c.EndsWith("|0", StringComparison.Ordinal));
        Assert.Equal(folded.Select(c => c[..c.LastIndexOf('|')]), told);
    }
}
