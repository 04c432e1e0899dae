using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import;

namespace CryptoAspire.Producer.Tests.History;

/// <summary>Every shape and every trap of docs/feeds.md 1.11, from a file to the database.</summary>
public sealed class ImportTests(ImportUnderTest history) : IClassFixture<ImportUnderTest>
{
    [Fact]
    public async Task Twelve_AM_is_midnight_and_twelve_PM_is_noon_and_the_order_of_rows_does_not_matter()
    {
        var file = history.Write("Coinbase_LTCUSD_1h.csv",
            """
            Timestamps are UTC timezone,https://www.CryptoDataDownload.com
            date,symbol,open,high,low,close,volume_ltc,volume
            2019-10-17 01-PM,LTCUSD,4,8,4,5,1,4.5
            2019-10-17 12-PM,LTCUSD,3,8,3,5,1,4.5
            2019-10-17 01-AM,LTCUSD,2,8,2,5,1,4.5
            2019-10-17 12-AM,LTCUSD,1,8,1,5,1,4.5
            2019-10-16 11-PM,LTCUSD,9,9,1,5,0,0
            """);

        var summary = await history.ImportOneAsync(file);

        Assert.Equal(("coinbase", "LTC-USD", Interval.OneHour, 5, 10), (summary.Series.Venue, summary.Series.Symbol, summary.Series.Interval, summary.Result!.New, summary.Missing));
        Assert.Equal(
            ["2019-10-16 23:00|9|9|1|5|0|0|-", "2019-10-17 00:00|1|8|1|5|1|4.5|-", "2019-10-17 01:00|2|8|2|5|1|4.5|-", "2019-10-17 12:00|3|8|3|5|1|4.5|-", "2019-10-17 13:00|4|8|4|5|1|4.5|-"],
            await history.CandlesAsync("LTC-USD", "coinbase", "1h", "cryptodatadownload"));
    }

    [Fact]
    public async Task Todays_CryptoDataDownload_tells_trades_and_the_days_that_are_missing_stay_missing()
    {
        var file = history.Write("Binance_ADAUSDT_d.csv",
            """
            https://www.CryptoDataDownload.com
            Unix,Date,Symbol,Open,High,Low,Close,Volume ADA,Volume USDT,tradecount
            1774828800000,2026-03-30,ADAUSDT,0.2398,0.2529,0.2394,0.2434,112413628.3,27776404.51894,117293
            1774742400,2026-03-29,ADAUSDT,0.2459,0.2474,0.2328,0.2398,124643883.9,30168575.58422,107525
            1774656000000,2026-03-28,ADAUSDT,0.2461,0.253,0.244,0.246,73268961.3,18181739.31338,66147
            1774310400000,2026-03-24,ADAUSDT,0.2617,0.2684,0.2581,0.2664,106579953.5,28008283.18635,113382
            1774224000000,2026-03-24,ADAUSDT,0.2617,0.2684,0.2581,0.2664,106579953.5,28008283.18635,113382
            """);

        var (summaries, refused) = await history.ImportAsync(file);

        var summary = Assert.Single(summaries);
        Assert.Equal((4, 3, 1), (summary.Candles, summary.Missing, summary.Counts.Rejected));
        Assert.Equal(["Binance_ADAUSDT_d.csv,7,Date,2026-03-24,is not the time that Unix tells"], refused);
        var candles = await history.CandlesAsync("ADA-USDT", "binance", "1d", "cryptodatadownload");
        Assert.Equal("2026-03-24 00:00|0.2617|0.2684|0.2581|0.2664|106579953.5|28008283.18635|113382", candles[0]);
    }

    [Fact]
    public async Task The_last_second_of_a_day_is_that_day_and_the_high_comes_before_the_open()
    {
        var file = history.Write("coin_Solana.csv",
            """
            SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap
            1,Solana,SOL,2020-04-11 23:59:59,1.04907270025,0.765020356128,0.95105395758,0.776818582977,43862443.7931816,0.0
            2,Solana,SOL,2020-04-12 23:59:59,0.956669837035,8.69e-05,0.785447714185,0.882506928259,38736897.0186422,0.0
            3,Solana,SOL,2020-04-13 12:00:00,0.956669837035,0.762426200135,0.785447714185,0.882506928259,38736897.0186422,0.0
            """);

        var (summaries, refused) = await history.ImportAsync(file);

        Assert.Equal((Interval.OneDay, "coinmarketcap", 2), (summaries[0].Series.Interval, summaries[0].Series.Venue, summaries[0].Candles));
        Assert.Equal(
            ["2020-04-11 00:00|0.95105395758|1.04907270025|0.765020356128|0.776818582977|-|43862443.7931816|-", "2020-04-12 00:00|0.785447714185|0.956669837035|0.0000869|0.882506928259|-|38736897.0186422|-"],
            await history.CandlesAsync("SOL-USD", "coinmarketcap", "1d", "kaggle-daily"));
        Assert.Contains("4,time,2020-04-13 12:00:00,is no start of a candle", Assert.Single(refused));
    }

    [Theory]
    [InlineData("14.748.800.659.179.600", "more than one point")]
    [InlineData("\"1,234.5\"", "has a comma")]
    [InlineData("\"1,5\"", "has a comma")]
    [InlineData("6.41899E+11", "is what a spreadsheet left")]
    [InlineData("", "is empty")]
    [InlineData("1.5x", "is not a number")]
    [InlineData("nan", "is not a number")]
    [InlineData("-1.5", "is not above zero")]
    [InlineData("0", "is not above zero")]
    [InlineData("99", "is below the open, 1000")]
    public async Task What_is_wrong_with_a_number_is_told_and_never_guessed(string high, string why)
    {
        var file = history.Write("coin_Monero.csv",
            $"""
             SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap
             1,Monero,XMR,2020-04-11 23:59:59,{high},1,1000,50,0,0.0
             2,Monero,XMR,2020-04-12 23:59:59,1000,1,1000,50,0,0.0
             """);

        var (summaries, refused) = await history.ImportAsync(file);

        Assert.Equal((1, 1), (summaries[0].Candles, summaries[0].Counts.Rejected));
        Assert.StartsWith($"coin_Monero.csv,2,{(why.StartsWith("is not above", StringComparison.Ordinal) || why.StartsWith("is below", StringComparison.Ordinal) ? "high" : "High")},", Assert.Single(refused));
        Assert.Contains(why, refused[0]);
    }

    [Fact]
    public async Task A_file_that_a_spreadsheet_has_saved_is_refused_row_by_row()
    {
        var file = history.Write("coin_Bitcoin.csv",
            """
            SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap
            1,Bitcoin,BTC,29-04-13 23:59,14.748.800.659.179.600,134,13.444.400.024.414.000,1.445.399.932.861.320,0,1603768865
            5,Bitcoin,BTC,03-05-13 23:59,108.1,79.1,106.25,97.75,0,1085995169
            """);

        var failure = await Assert.ThrowsAsync<ImportException>(() => history.ImportAsync(file));

        Assert.Contains("none of its 2 rows can be used", failure.Message);
        var refused = (string[])failure.Data["refused"]!;
        Assert.Equal(2, refused.Length);
        Assert.All(refused, line => Assert.Contains("is not a time such as 2020-04-11 23:59:59", line));
    }

    [Fact]
    public async Task Minutes_without_trades_that_are_NaN_are_neither_candles_nor_refused()
    {
        var file = history.Write("bitstampUSD_1-min_data_2012-01-01_to_2021-03-31.csv",
            """
            Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price
            1325317920,4.39,4.39,4.39,4.39,0.45558087,2.0000000193,4.39
            1325317980,NaN,NaN,NaN,NaN,NaN,NaN,NaN
            1325318040,NaN,NaN,NaN,NaN,NaN,NaN,NaN
            1325318100,4.39,4.40,4.39,4.40,1,4.4,4.40
            1325318160.0,4.39,NaN,4.39,4.40,1,4.4,4.40
            1325318220.0,4.39,4.39,4.39,4.39,1,4.39,4.39
            1325318280,4.39,4.39,4.39,4.39,1,4.39,4.39
            """);

        var (summaries, refused) = await history.ImportAsync(file);

        Assert.Equal((4, 2, 1), (summaries[0].Candles, summaries[0].Counts.Empty, summaries[0].Counts.Rejected));
        Assert.Contains(",6,High,NaN,is not a number", Assert.Single(refused));
        Assert.Equal(["2011-12-31 07:52|4.39|4.39|4.39|4.39|0.45558087|2.0000000193|-", "2011-12-31 07:55|4.39|4.4|4.39|4.4|1|4.4|-", "2011-12-31 07:57|4.39|4.39|4.39|4.39|1|4.39|-", "2011-12-31 07:58|4.39|4.39|4.39|4.39|1|4.39|-"],
            await history.CandlesAsync("BTC-USD", "bitstamp", "1m", "kaggle-minute"));
    }

    [Fact]
    public async Task Binances_dumps_are_read_in_ms_and_in_µs_with_and_without_header()
    {
        const string header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n";
        var ms = history.Write("XLMBTC-1m-2021-11-27.csv", "1637971200000,2,3,1,2,10,1637971259999,20,7,4,8,0\n1637971260000,2,3,1,2,10,1637971319999,20,7,4,8,0\n");
        var us = history.Write("XLMBTC-1m-2025-01-01.csv", $"{header}1735689600000000,2,3,1,2,10,1735689659999999,20,7,4,8,0\n");
        var wrong = history.Write("XLMBTC-1m-2025-01-02.csv", $"{header}1735776000000000,2,3,1,2,10,1735776059999999,20,7,4,8,0\n1735776060000000,2,3,1,2,10,1735776059999999,20,7,4,8,0\n1735776120000000,2,3,1,2,10,1735776179999999,20,7,11,8,0\n");

        Assert.Equal((2L, Interval.OneMinute), (await history.ImportOneAsync(ms)) is var first ? (first.Result!.New, first.Series.Interval) : default);
        Assert.Equal(1, (await history.ImportOneAsync(us)).Result!.New);
        var (_, refused) = await history.ImportAsync(wrong);

        Assert.Equal(["XLMBTC-1m-2025-01-02.csv,3,close_time,1735776059999999,is not the end of the candle", "XLMBTC-1m-2025-01-02.csv,4,buy volume,11,is not between zero and the volume"], refused);
        Assert.Equal(
            ["2021-11-27 00:00|2|3|1|2|10|20|7", "2021-11-27 00:01|2|3|1|2|10|20|7", "2025-01-01 00:00|2|3|1|2|10|20|7", "2025-01-02 00:00|2|3|1|2|10|20|7"],
            await history.CandlesAsync("XLM-BTC", "binance", "1m", "binance-klines"));
    }

    [Fact]
    public async Task Leans_zips_have_their_day_in_the_name_and_seconds_become_minutes()
    {
        var seconds = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i * 2_000},{10 + i % 30},{12 + i % 30},{9 + i % 30},{11 + i % 30},0.5\n"));
        var file = history.Zip("gdax_second_dogeusd.zip", ("20161007_dogeusd_second_trade.csv", seconds), ("20161008_dogeusd_second_trade.csv", seconds), ("20161009_dogeusd_second_trade.csv", "86400000,1,1,1,1,1\n"));

        var failure = await Assert.ThrowsAsync<ImportException>(() => history.ImportAsync(file));

        Assert.Contains("20161009_dogeusd_second_trade.csv: it has none of the shapes", failure.Message);
        var candles = await history.CandlesAsync("DOGE-USD", "coinbase", "1m", "lean");
        Assert.Equal(14, candles.Count);
        Assert.Equal("2016-10-07 00:00|10|41|9|40|15|-|-", candles[0]);
        Assert.Equal("2016-10-08 00:06|10|31|9|30|10|-|-", candles[^1]);
    }

    [Fact]
    public async Task Freqtrades_numbers_are_exact()
    {
        var file = history.Write("XRP_ETH-1m.json", "[[1570752000000,0.00141342,1e-2,1E-8,0.00141418,4.727521520000001],[1570752060000,0.00141342,0.00141342,0.00141342,0.00141342,0],\n[1570752120000,\"1\",1,1,1,null],[1570752180000,1,1,1,1,1.000000000000000000000000000000001]]");

        var (summaries, refused) = await history.ImportAsync(file, venue: "binance");

        Assert.Equal((3, 1), (summaries[0].Candles, summaries[0].Counts.Rejected));
        Assert.Equal("XRP_ETH-1m.json,3,volume,null,is not a number", Assert.Single(refused));
        Assert.Equal(
            ["2019-10-11 00:00|0.00141342|0.01|0.00000001|0.00141418|4.727521520000001|-|-", "2019-10-11 00:01|0.00141342|0.00141342|0.00141342|0.00141342|0|-|-", "2019-10-11 00:03|1|1|1|1|1|-|-"],
            await history.CandlesAsync("XRP-ETH", "binance", "1m", "freqtrade"));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_a_corrected_file_only_what_it_corrects()
    {
        const string head = "timestamp,open,high,low,close,volume\n";
        var rows = Enumerable.Range(0, 2_000).Select(i => $"{1736208060 + i * 60},{100 + i % 7},{200 + i % 7},{50 + i % 7},{150 + i % 7},{i % 11}.5").ToArray();
        var file = history.Write("kraken_etheur.csv", head + string.Join('\n', rows));
        Assert.Equal((2_000, 0, 0), Counts(await history.ImportOneAsync(file)));
        var state = await history.StateAsync();

        Assert.Equal((0, 0, 2_000), Counts(await history.ImportOneAsync(file)));
        Assert.Equal(state, await history.StateAsync());

        // The same rows once more and one that says otherwise: the first counts. Newest first, and gzipped under any name.
        rows[17] = rows[17].Replace(".5", ".75", StringComparison.Ordinal);
        var corrected = history.Write("kraken_etheur.txt", ImportUnderTest.Gzip(System.Text.Encoding.UTF8.GetBytes(
            head + string.Join("\r\n", [.. rows.Reverse(), .. rows[..10], rows[11].Replace(".5", ".25", StringComparison.Ordinal)]))));
        var (summaries, refused) = await history.ImportAsync(corrected);
        Assert.Equal((0, 1, 1_999), Counts(summaries[0]));
        Assert.Equal((10, 1), (summaries[0].Result!.Repeated, summaries[0].Result!.Contradicting));
        Assert.Equal("kraken_etheur.txt,2012,row,,has the start of line 1990 and other values", Assert.Single(refused));
    }

    [Fact]
    public async Task Odd_rows_do_not_make_hours_seconds()
    {
        var rows = Enumerable.Range(0, 30).Select(i => $"{1736208000 + i * 3600 + (i == 5 ? 17 : 0)},1,2,1,2,1");
        var (summaries, refused) = await history.ImportAsync(history.Write("bitstamp_solusd.csv", "timestamp,open,high,low,close,volume\n" + string.Join('\n', rows)));

        Assert.Equal((Interval.OneHour, 29), (summaries[0].Series.Interval, summaries[0].Candles));
        Assert.Contains("is no start of a candle of 01:00:00", Assert.Single(refused));
    }

    [Theory]
    [InlineData("notes.txt", "Dear diary\n", "none of the shapes")]
    [InlineData("data.json", "{\"a\":1}", "none of the shapes")]
    [InlineData("empty.csv", "", "it is empty")]
    [InlineData("prices.csv", "timestamp,open,high,low,close,volume\n1736208060,1,1,1,1,1\n1736208120,1,1,1,1,1\n1736208180,1,1,1,1,1\n", "add --symbol")]
    [InlineData("btcusd.csv", "timestamp,open,high,low,close,volume\n1736208060,1,1,1,1,1\n1736208120,1,1,1,1,1\n1736208180,1,1,1,1,1\n", "add --venue")]
    [InlineData("okx_btcusd_ethusd.csv", "timestamp,open,high,low,close,volume\n1736208060,1,1,1,1,1\n1736208120,1,1,1,1,1\n1736208180,1,1,1,1,1\n", "add --symbol")]
    [InlineData("okx_btcusd.csv", "timestamp,open,high,low,close,volume\n1736208060,1,1,1,1,1\n1736208360,1,1,1,1,1\n", "add --interval")]
    [InlineData("okx_btcusd.csv", "timestamp,open,high,low,close,volume\n1736208000,1,1,1,1,1\n1736209800,1,1,1,1,1\n1736211600,1,1,1,1,1\n", "00:30:00, which are not kept")]
    [InlineData("coinbase_trade.csv", "0,1,1,1,1,1\n60000,1,1,1,1,1\n", "whose day is in the file's name")]
    public async Task What_cannot_be_imported_says_why_in_one_line(string name, string content, string why)
    {
        var before = await history.StateAsync();

        var failure = await Assert.ThrowsAsync<ImportException>(() => history.ImportAsync(history.Write(name, content)));

        Assert.StartsWith($"{name}: ", failure.Message);
        Assert.Contains(why, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal(before, await history.StateAsync());
    }

    [Fact]
    public async Task A_bomb_a_torn_file_and_JSON_that_ends_in_the_middle_change_nothing()
    {
        var before = await history.StateAsync();
        var rows = System.Text.Encoding.UTF8.GetBytes("timestamp,open,high,low,close,volume\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{1736208060 + i * 60},1,2,1,2,{i}\n")));
        var torn = ImportUnderTest.Gzip(rows)[..^20];
        var lines = new byte[66 << 20];
        lines.AsSpan().Fill((byte)'1');
        for (var end = 0; end < lines.Length; end += 30_000) lines[end] = (byte)'\n';
        "timestamp,open,high,low,close,volume\n"u8.CopyTo(lines);
        var bomb = ImportUnderTest.Gzip(lines);

        async Task<string> FailureAsync(string name, byte[] content) => (await Assert.ThrowsAsync<ImportException>(() => history.ImportAsync(history.Write(name, content), "okx", "BTC-USD", Interval.OneMinute))).Message;
        Assert.Contains("it is torn", await FailureAsync("torn.csv.gz", torn));
        Assert.Contains("a bomb", await FailureAsync("bomb.csv.gz", bomb));
        Assert.Contains("after element 2", await FailureAsync("torn.json", [.. "[[1570752000000,1,1,1,1,1],[1570752060000,1,1,1,1,1],[157075"u8]));
        Assert.Contains("after element 1", await FailureAsync("broken.json", [.. "[[1570752000000,1,1,1,1,1],[1570752060000,1,1,}"u8]));

        Assert.Equal(before, await history.StateAsync());
    }

    private static (long New, long Changed, long Same) Counts(ImportSummary summary) => (summary.Result!.New, summary.Result.Changed, summary.Result.Same);
}
