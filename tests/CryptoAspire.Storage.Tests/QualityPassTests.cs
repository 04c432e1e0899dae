using CryptoAspire.Market;
using CryptoAspire.Storage.Gold;
using CryptoAspire.Storage.Quality;

namespace CryptoAspire.Storage.Tests;

public class QualityPassTests : SilverDatabase
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(6);

    [Fact]
    public async Task Every_kind_finds_just_what_was_spoiled()
    {
        await FillAsync();
        Expectation[] all =
        [
            Expect("complete", ExpectationKind.Completeness, new() { On = "silver", Where = "trade_id is not null", Columns = ["size", "side"] }),
            Expect("holes", ExpectationKind.Completeness, new() { On = "candle", Where = "venue = 'coinbase'" }),
            Expect("once", ExpectationKind.Uniqueness, new() { On = "silver", Columns = ["trade_id"] }),
            Expect("range", ExpectationKind.Validity, new() { On = "silver", Columns = ["price"], Min = 0, Max = 1000 }),
            Expect("enum", ExpectationKind.Validity, new() { On = "silver", Columns = ["side"], In = ["buy", "sell"] }),
            Expect("form", ExpectationKind.Validity, new() { On = "silver", Columns = ["symbol"], Regex = "^[A-Z]+-USD$" }),
            Expect("known", ExpectationKind.Validity, new() { On = "silver", Columns = ["symbol"], References = "latest_price.symbol" }),
            Expect("order", ExpectationKind.Consistency, new() { On = "candle", Holds = "low <= open and close <= high" }),
            Expect("fold", ExpectationKind.Consistency, new() { On = "gold_10min", Fold = true }),
            Expect("fold-hour", ExpectationKind.Consistency, new() { On = "gold_hourly", Fold = true }),
            Expect("fold-day", ExpectationKind.Consistency, new() { On = "gold_daily", Fold = true }, TimeSpan.FromDays(2)),
            Expect("fresh", ExpectationKind.Freshness, new() { On = "latest", Columns = ["processed_at"], Within = TimeSpan.FromHours(1) }),
            Expect("ids", ExpectationKind.Continuity, new()),
            Expect("agree", ExpectationKind.Agreement, new() { On = "candle", MaxBps = 100 }),
            Expect("usual", ExpectationKind.Anomaly, new() { On = "candle", Of = "volume", Threshold = 20 }),
            Expect("own", ExpectationKind.Sql, new() { Query = "select symbol, source as venue, price < 500 as ok, price from latest_price where processed_at between $1 and $2" }),
        ];
        await new ExpectationCatalog(Database, TimeProvider.System).ReplaceAsync(all, default);
        foreach (var expectation in all)
            Assert.Null(await Pass.MistakeAsync(expectation, default));

        // 1. Nothing is wrong with what the writer wrote.
        var clean = await Pass.RunAsync(1, default);
        Assert.Equal(all.Select(static e => e.Name).Order(StringComparer.Ordinal), clean.Select(static o => o.Expectation.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(clean.Where(static o => !o.Passed).Select(static o => $"{o.Expectation.Name} {o.Symbol} {o.Venue} {o.Failed} {o.Samples} {o.Error}"));
        Assert.Equal(["100|100|100|100"], await RowsAsync("select distinct completeness::int, consistency::int, freshness::int, total::int from quality_score where venue = 'coinbase'"));

        // 2. One row of each kind is spoiled, and just that one is found.
        await ExecuteAsync(
            """
            update crypto_prices_realtime set side = null where kafka_offset = 10;
            delete from candle where venue = 'coinbase' and interval = '1m' and start = '2024-08-08 10:05Z';
            insert into crypto_prices_realtime select * from crypto_prices_realtime where kafka_offset = 12;
            update crypto_prices_realtime set price = 2000 where kafka_offset = 14;
            update crypto_prices_realtime set side = 'none' where kafka_offset = 16;
            update crypto_prices_realtime set symbol = 'btc' where kafka_offset = 18;
            update candle set low = open + 1 where venue = 'binance' and interval = '1m' and start = '2024-08-08 10:07Z';
            update gold_10min_metrics set total_volume = total_volume + 1 where window_start = '2024-08-08 10:20Z';
            update gold_10min_metrics set open = open + 0.01 where window_start = '2024-08-08 10:30Z';
            update gold_10min_metrics set close = close - 0.01 where window_start = '2024-08-08 10:40Z';
            update latest_price set processed_at = now() - interval '4 hours' where source = 'binance';
            update candle set close = close * 1.5, high = high * 1.5 where venue = 'binance' and interval = '1m' and start = '2024-08-08 10:09Z';
            update candle set volume = 1000000 where venue = '*' and interval = '1m' and start = '2024-08-08 10:11Z';
            update latest_price set price = 600 where source = 'coinbase'
            """);
        await new BronzeLog().Append(Make.Random(0, 0)).CommitAllAsync(NewWriter(1));
        await ExecuteAsync("update feed_progress set missing = '{[5,8)}' where source = 'coinbase'; insert into gap (source, symbol, first_trade_id, last_trade_id, opened_at) values ('coinbase', 'BTC-USD', 5, 7, now())");

        var found = (await Pass.RunAsync(2, default)).Where(static o => !o.Passed).Select(static o => $"{o.Expectation.Name} {o.Symbol} {o.Venue} {o.Failed}").Order(StringComparer.Ordinal).ToList();
        Assert.Contains("complete BTC-USD coinbase 1", found);
        Assert.Contains("holes BTC-USD coinbase 1", found);
        Assert.Contains("once BTC-USD coinbase 1", found);
        Assert.Contains("range BTC-USD coinbase 1", found);
        Assert.Contains("enum BTC-USD coinbase 1", found);
        Assert.Contains("form btc coinbase 1", found);
        Assert.Contains("known btc coinbase 1", found);
        Assert.Contains("order BTC-USD binance 1", found);
        Assert.Contains("fold BTC-USD * 4", found); // a spoiled volume, open and close, and the first bucket, whose trades were spoiled
        Assert.Contains("fold-hour BTC-USD * 1", found);
        Assert.Contains("fold-day BTC-USD * 1", found);
        Assert.Contains("fresh BTC-USD binance 1", found);
        Assert.Contains("ids BTC-USD coinbase 3", found);
        Assert.Contains("agree BTC-USD binance 1", found);
        Assert.Contains("usual BTC-USD * 1", found);
        Assert.Contains("own BTC-USD coinbase 1", found);

        // 3. The failing rows are kept by their keys, and the scores fall.
        Assert.Equal(["14|2000"], await RowsAsync("select samples->0->>'kafka_offset', samples->0->>'price' from quality_result where run = 2 and expectation = 'range' and not passed"));
        Assert.Equal(["True"], await RowsAsync("select trend < 0 from quality_status where venue = 'coinbase' and symbol = 'BTC-USD'"));
        var queries = new QualityQueries(Database);
        Assert.Equal(found.Count, (await queries.NewestAsync(null, failing: true, 1000, default)).Count);
        Assert.NotEmpty(await queries.TrendAsync("BTC-USD", default));
    }

    [Fact]
    public async Task An_expectation_that_cannot_be_looked_at_costs_its_own_result_and_changes_nothing()
    {
        await FillAsync();
        await new ExpectationCatalog(Database, TimeProvider.System).ReplaceAsync(
            [
                Expect("good", ExpectationKind.Validity, new() { On = "silver", Columns = ["price"], Min = 0 }),
                Expect("no-such-column", ExpectationKind.Consistency, new() { On = "silver", Holds = "prise > 0" }),
                Expect("divides-by-zero", ExpectationKind.Consistency, new() { On = "silver", Holds = "price / (size - size) > 0" }),
                Expect("writes", ExpectationKind.Sql, new() { Query = "delete from candle returning symbol, venue, true as ok" }),
                Expect("two-statements", ExpectationKind.Sql, new() { Query = "select 'a' as symbol, 'b' as venue, true as ok; drop table candle" }),
                Expect("writes-by-function", ExpectationKind.Sql, new() { Query = "select 'a' as symbol, 'b' as venue, nextval('incident_id_seq') > 0 as ok" }),
                Expect("reads-files", ExpectationKind.Sql, new() { Query = "select pg_read_file('/etc/passwd') as symbol, 'b' as venue, true as ok" }),
                Expect("off", ExpectationKind.Sql, new() { Query = "select 1" }) with { Enabled = false },
            ],
            default);

        var outcomes = await Pass.RunAsync(1, default);
        Assert.All(outcomes.Where(static o => o.Expectation.Name == "good"), static o => Assert.True(o.Passed));
        Assert.Equal(
            ["divides-by-zero", "no-such-column", "reads-files", "two-statements", "writes", "writes-by-function"],
            outcomes.Where(static o => o.Error is not null).Select(static o => o.Expectation.Name).Order(StringComparer.Ordinal));
        Assert.Contains("prise", await Pass.MistakeAsync(Expect("x", ExpectationKind.Consistency, new() { On = "silver", Holds = "prise > 0" }), default));
        Assert.True(await ScalarAsync<long>("select count(*) from candle") > 0);
        Assert.Equal(["100"], await RowsAsync("select distinct total::int from quality_score"));
    }

    [Fact]
    public async Task A_table_that_changed_much_is_named_to_be_analyzed()
    {
        var upkeep = new Jobs.TableUpkeep(Database);
        await ExecuteAsync("insert into incident (occurred_at, kind, detail) select now(), 'test', i::text from generate_series(1, 5000) i");
        await Testing.Eventually.True(async () => (await upkeep.ChangedAsync(default)).Any(static t => t.Table == "incident"), TimeSpan.FromSeconds(30));
        await upkeep.AnalyzeAsync("incident", default);
        await Testing.Eventually.True(async () => (await upkeep.ChangedAsync(default)).All(static t => t.Table != "incident"), TimeSpan.FromSeconds(30));
    }

    private QualityPass Pass => new(Database, new ExpectationCatalog(Database, TimeProvider.System), TimeProvider.System);

    private static Expectation Expect(string name, ExpectationKind kind, ExpectationRule rule, TimeSpan? window = null) =>
        new() { Name = name, Kind = kind, Dimension = Expectation.DimensionOf(kind), Rule = rule, Window = window ?? Window, Owner = "test" };

    // An hour of trades at two venues, ten seconds apart, with Gold of it.
    private async Task FillAsync()
    {
        var trades = Enumerable.Range(0, 720).Select(i => Make.Trade(
            i / 2 + 1, TimeSpan.FromSeconds(36_000 + i * 5).ToString(@"hh\:mm\:ss"), 100 + i % 7 * 0.01m, 1 + i % 5 * 0.1m, source: i % 2 == 0 ? "coinbase" : "binance", side: (Side)(i % 2)));
        await new BronzeLog().Append(trades).CommitAllAsync(NewWriter());
        var gold = new GoldRoller(Database, TimeProvider.System);
        foreach (var grain in Enum.GetValues<GoldGrain>())
            await gold.RollAsync(grain, default);
    }
}
