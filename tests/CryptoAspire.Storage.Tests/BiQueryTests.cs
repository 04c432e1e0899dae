using System.Text;
using CryptoAspire.Storage.Gold;
using Npgsql;

namespace CryptoAspire.Storage.Tests;

/// <summary>The queries of docs/bi-queries.md, as their users write them, by the read-only role.</summary>
public class BiQueryTests : SilverDatabase
{
    private const string LatestPrices = "select distinct on (symbol) symbol, price, processed_at from crypto_prices_realtime order by symbol, processed_at desc";
    private const string NewestRows = "select symbol, price, processed_at from crypto_prices_realtime order by processed_at desc limit 5";

    private NpgsqlDataSource _reader = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var trades = Make.Random(2_000, seed: 6);
        var toNow = Market.UnixMicroseconds.Of(DateTimeOffset.UtcNow.AddSeconds(-30)) - trades.Max(trade => trade.EventTimeUs);
        var log = new BronzeLog().Append(trades.Select(trade => trade with { EventTimeUs = trade.EventTimeUs + toNow }));
        log.Append(Make.Ticker("10:00:00", 42, symbol: "ADA-USD", volume: 1000)).Append(Make.Ticker("10:00:01", 43, symbol: "ADA-USD", volume: 3000));
        await log.CommitAllAsync(NewWriter(), batchSize: 300);
        var gold = new GoldRoller(Database, TimeProvider.System);
        await gold.RollAsync(GoldGrain.TenMinutes, CancellationToken.None);
        await gold.RollAsync(GoldGrain.Hour, CancellationToken.None);
        await gold.RollAsync(GoldGrain.Day, CancellationToken.None);
        await new SignalRoller(Database, TimeProvider.System).RollAsync(CancellationToken.None);

        await ExecuteAsync("alter role crypto_reader login");
        _reader = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = "crypto_reader" }.ConnectionString);
    }

    public override async Task DisposeAsync()
    {
        await _reader.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(NewestRows)]
    [InlineData("SELECT symbol, price, processed_at\nFROM crypto_prices_realtime\nORDER BY processed_at DESC\nLIMIT 5;")]
    [InlineData("select * from crypto_prices_realtime order by processed_at desc limit 10")]
    public async Task The_newest_rows_come_first(string query)
    {
        var rows = await ReadAsync(query, "processed_at");

        Assert.Equal(query.Contains("10", StringComparison.Ordinal) ? 10 : 5, rows.Count);
        Assert.Equal(await ReadAsync($"select processed_at from public.crypto_prices_realtime order by processed_at desc limit {rows.Count}", "processed_at"), rows);
    }

    [Theory]
    [InlineData(LatestPrices)]
    [InlineData("SELECT DISTINCT ON (symbol)\n    symbol, price, processed_at\nFROM crypto_prices_realtime\nORDER BY symbol, processed_at DESC;")]
    public async Task The_latest_price_of_a_symbol_is_that_of_its_newest_row(string query)
    {
        var rows = await ReadAsync(query, "symbol", "price", "processed_at");

        Assert.Equal(4, rows.Count);
        Assert.Equal(await ReadAsync(LatestPrices.Replace("from ", "from public.", StringComparison.Ordinal), "symbol", "price", "processed_at"), rows);
    }

    [Theory]
    [InlineData(LatestPrices, true)]
    [InlineData(NewestRows, true)]
    [InlineData("select symbol, count(*) from crypto_prices_realtime group by symbol", false)]
    public async Task The_whole_history_is_read_only_by_queries_that_need_it(string query, bool neverRead)
    {
        // The executed plan, as auto_explain (part of PostgreSQL) tells it; "explain" itself would be another query text.
        await using var connection = await Database.OpenConnectionAsync();
        var plan = new StringBuilder();
        connection.Notice += (_, notice) => plan.AppendLine(notice.Notice.MessageText);
        await using (var setUp = new NpgsqlCommand(
            "load 'auto_explain'; set search_path = bi, public; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set client_min_messages = log", connection))
            await setUp.ExecuteNonQueryAsync();

        await ReadAsync(connection, query);

        var scans = plan.ToString().Split('\n').Where(line => line.Contains("Scan on silver_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(scans);
        Assert.All(scans, scan => Assert.Equal(neverRead, scan.Contains("never executed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Counts_and_averages_a_symbol()
    {
        Assert.Equal(["ADA-USD|2"], (await ReadAsync("select symbol, count(*) from crypto_prices_realtime group by symbol", "symbol", "count")).Where(row => row.StartsWith("ADA", StringComparison.Ordinal)));
        Assert.Equal(
            ["ADA-USD|2000"],
            await ReadAsync("select symbol, round(avg(volume_24h)) as avg_volume from crypto_prices_realtime where volume_24h is not null group by symbol", "symbol", "avg_volume"));
    }

    [Fact]
    public async Task The_monitor_shows_each_change_of_the_last_hour()
    {
        var rows = await ReadAsync(
            """
            select symbol, price, processed_at,
                   lag(price) over (partition by symbol order by processed_at) as prev_price,
                   round(((price - lag(price) over (partition by symbol order by processed_at)) / lag(price) over (partition by symbol order by processed_at) * 100)::numeric, 2) as change_percent
            from crypto_prices_realtime
            where processed_at >= now() - interval '1 hour'
            order by symbol, processed_at
            """,
            "symbol", "price", "prev_price", "change_percent");

        Assert.Equal(2_002, rows.Count);
        Assert.Equal(["ADA-USD|42|-|-", "ADA-USD|43|42|2.38"], rows.Take(2));
    }

    [Fact]
    public async Task The_hourly_trend_and_the_volatility_monitor_show_the_latest_buckets()
    {
        var hours = await ReadAsync(
            """
            select hour_timestamp, symbol, avg_price, min_price, max_price, price_change_percent, total_volume
            from gold_hourly_metrics where hour_timestamp >= now() - interval '24 hours' order by hour_timestamp desc
            """,
            "symbol");
        var windows = await ReadAsync(
            """
            select window_start, symbol, avg_price, price_volatility, (max_price - min_price) as price_range,
                   round(((max_price - min_price) / avg_price * 100)::numeric, 2) as range_percent
            from gold_10min_metrics where window_start >= now() - interval '2 hours' order by window_start desc
            """,
            "range_percent");

        Assert.True(hours.Count >= 9, $"{hours.Count} rows");
        Assert.True(windows.Count >= 30, $"{windows.Count} rows");
    }

    [Theory]
    [InlineData("select processed_at as time, symbol as metric, price as value from crypto_prices_realtime where processed_at between now() - interval '1 hour' and now() + interval '1 hour' order by 1")]
    [InlineData("select hour_timestamp as time, symbol as metric, avg_price as value from gold_hourly_metrics where hour_timestamp between now() - interval '6 hours' and now() order by 1")]
    [InlineData("select window_start as time, symbol as metric, price_volatility as value from gold_10min_metrics where window_start between now() - interval '6 hours' and now() order by 1")]
    public async Task Grafana_panels_get_their_time_series(string query) => Assert.NotEmpty(await ReadAsync(query, "time", "metric", "value"));

    [Fact]
    public async Task The_hourly_rows_of_one_symbol_come_with_all_the_columns()
    {
        var rows = await ReadAsync(
            "select * from gold_hourly_metrics where symbol = 'BTC-USD' and hour_timestamp >= now() - interval '24 hours' order by hour_timestamp desc",
            "hour_timestamp", "symbol", "avg_price", "min_price", "max_price", "total_volume", "avg_volume", "price_change", "price_change_percent", "record_count", "created_at");

        Assert.True(rows.Count >= 3, $"{rows.Count} rows");
        Assert.Equal(rows.OrderDescending(StringComparer.Ordinal), rows);
    }

    [Fact]
    public async Task The_marts_join_as_a_star()
    {
        var rows = await ReadAsync(
            """
            select s.base, c.year, sum(f.record_count) as trades
            from fact_hourly f join dim_symbol s using (symbol) join dim_calendar c using (day)
            where c.weekend in (true, false)
            group by 1, 2 order by 1, 2
            """,
            "base", "trades");
        Assert.Equal(["BTC", "ETH", "SOL"], rows.Select(row => row.Split('|')[0]).Distinct());
        Assert.Equal(2_000, rows.Sum(row => int.Parse(row.Split('|')[1])));

        Assert.Equal(["*|all", "binance|live", "coinbase|live"], await ReadAsync("select venue, kind from dim_venue order by venue", "venue", "kind"));
        Assert.NotEmpty(await ReadAsync("select f.close from fact_candle f join dim_venue v using (venue) join dim_symbol s using (symbol) join dim_calendar c using (day) where v.kind = 'live'", "close"));
        foreach (var fact in new[] { "fact_10min", "fact_daily", "fact_signal" })
            Assert.Equal(await ReadAsync($"select count(*) as n from {fact}", "n"), await ReadAsync($"select count(*) as n from {fact} join dim_symbol using (symbol) join dim_calendar using (day)", "n"));
    }

    [Fact]
    public async Task Every_column_of_Gold_and_of_the_marts_says_what_it_is()
    {
        var silent = await ReadAsync(
            """
            select c.oid::regclass::text || '.' || a.attname as name
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where (c.relname ~ '^(gold_|signal|dirty_bucket|job)' and c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                   or c.relname ~ '^(dim_|fact_)' and c.relnamespace = 'bi'::regnamespace)
              and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
            """,
            "name");
        Assert.Empty(silent);
        Assert.True((await ReadAsync("select 1 as one from pg_attribute where attrelid in (select oid from pg_class where relname ~ '^(dim_|fact_)') and attnum > 0", "one")).Count > 60);
    }

    [Fact]
    public async Task The_reader_may_not_write()
    {
        foreach (var statement in new[] { "delete from candle", "insert into quarantine (topic) values ('x')", "update gold_hourly_metrics set open = 1", "drop table candle", "create table mine (x int)" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => ReadAsync(statement));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    private async Task<List<string>> ReadAsync(string query, params string[] columns)
    {
        await using var connection = await _reader.OpenConnectionAsync();
        return await ReadAsync(connection, query, columns);
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string query, params string[] columns)
    {
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', columns.Select(column => reader[column] switch
            {
                DBNull => "-",
                DateTime time => time.ToString("O"),
                IFormattable value => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                var value => value.ToString(),
            })));
        }

        return rows;
    }
}
