using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Storage.Tests;

/// <summary>The tables by which producers, API and dashboard agree on the feeds.</summary>
public sealed class FeedTablesTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>, IAsyncLifetime
{
    private readonly TrackedSymbols _symbols = new(database.DataSource);
    private readonly FeedStates _states = new(database.DataSource);

    [Fact]
    public async Task Defaults_are_written_once_and_do_not_come_back_when_all_are_removed()
    {
        await _symbols.SeedAsync(["BTC", "ETH"], default);
        Assert.Equal(["BTC", "ETH"], (await _symbols.ListAsync(default)).Select(r => r.Symbol));
        Assert.True(await _symbols.RemoveAsync("BTC", "*", default));
        Assert.True(await _symbols.RemoveAsync("ETH", "*", default));
        Assert.False(await _symbols.RemoveAsync("ETH", "*", default));

        await _symbols.SeedAsync(["BTC", "ETH"], default);
        Assert.Empty(await _symbols.ListAsync(default));

        Assert.True(await _symbols.AddAsync("BTC", "*", default));
        Assert.False(await _symbols.AddAsync("BTC", "*", default));
        Assert.True(await _symbols.AddAsync("BTC", "binance", default));
        Assert.Equal(["*", "binance"], (await _symbols.ListAsync(default)).Select(r => r.Venue));
    }

    [Fact]
    public async Task A_producers_state_and_its_gaps_are_read_as_they_were_written()
    {
        var opened = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var state = new FeedStateRow
        {
            Source = "binance", Instance = "host:1", Venue = "binance", State = "connected", Since = opened, LastProblem = null, LastMessageAt = opened, Messages = 5, MessagesPerSecond = 2.5,
            Trades = 4, Tickers = 3, Duplicates = 2, Rejected = 1, Reconnects = 6, Rotations = 7, Repaired = 8, GapsOpen = 1, GapsFilled = 9, GapsLost = 0, ClockOffsetMs = -1050.5,
            Instruments = ["BTCUSDT"], Refused = ["trade XUSDT: no"],
        };
        var gap = new FeedGapRow("binance", "BTCUSDT", opened, 10, 20, opened, null, "open", "503");

        await _states.WriteAsync([state], [gap], default);
        await _states.WriteAsync([state with { Messages = 6 }], [gap with { FirstId = 15, State = "filled" }], default);

        var read = Assert.Single(await _states.ReadAsync(default));
        Assert.Equal((6, 2.5, -1050.5, "BTCUSDT", "trade XUSDT: no"), (read.Messages, read.MessagesPerSecond, read.ClockOffsetMs, read.Instruments.Single(), read.Refused.Single()));
        Assert.Equal(gap with { FirstId = 15, State = "filled" }, Assert.Single(await _states.GapsAsync(default), g => g.Source == "binance"));
    }

    [Fact]
    public async Task An_open_gap_of_which_its_producer_does_not_speak_any_more_is_taken_over_by_one_other()
    {
        var opened = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_230);
        var gap = new FeedGapRow("okx", "BTCUSDT", opened, 10, 20, opened, null, "open", "503");
        await _states.WriteAsync([], [gap, gap with { LastId = 30, State = "filled" }, gap with { LastId = 40, State = "lost" }, gap with { Source = "other" }], default);

        Assert.Empty(await _states.AdoptAsync(["okx"], TimeSpan.FromSeconds(6), default));
        await using var age = database.DataSource.CreateCommand("update feed_gap set updated_at = now() - interval '7 seconds' where source in ('okx', 'other')");
        await age.ExecuteNonQueryAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _states.AdoptAsync(["okx", "kraken"], TimeSpan.FromSeconds(6), default)));

        Assert.Equal(gap, Assert.Single(taken.SelectMany(t => t)));
    }

    [Fact]
    public async Task A_request_to_fetch_trades_again_is_one_producers_until_it_ends_or_dies()
    {
        var requests = new RepairRequests(database.DataSource);
        await using var ask = database.DataSource.CreateCommand(
            """
            insert into repair_request (source, symbol, from_time, to_time, reason, requested_by)
            values ('kraken', 'BTC-USD', '2026-01-02 03:04Z', '2026-01-02 03:05Z', 'test', 'test'), ('gemini', 'BTC-USD', '2026-01-02 03:04Z', '2026-01-02 03:05Z', 'test', 'test')
            """);
        await ask.ExecuteNonQueryAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => requests.TakeAsync("kraken", default)));
        var request = Assert.Single(taken.OfType<RepairRequest>());
        Assert.Equal(("kraken", "BTC-USD", new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero), (long?)null), (request.Source, request.Symbol, request.From, request.Before));

        // Its producer dies: the lease ends, and another goes on.
        await using var age = database.DataSource.CreateCommand("update repair_request set touched_at = now() - interval '1 hour' where source = 'kraken'");
        await age.ExecuteNonQueryAsync();
        Assert.Equal(request, await requests.TakeAsync("kraken", default));
        await requests.FinishAsync(request.Id, true, "7 trades fetched", default);
        Assert.Null(await requests.TakeAsync("kraken", default));
        await using var read = database.DataSource.CreateCommand("select state || ': ' || detail from repair_request where source = 'kraken'");
        Assert.Equal("done: 7 trades fetched", await read.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_venues_candle_that_it_corrects_replaces_the_one_before()
    {
        var candles = new VenueCandles(database.DataSource);
        var start = new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);
        var candle = new VenueCandle("coinbase", "BTC-USD", Market.Interval.OneMinute, start, 1, 4, 1, 2, 5.5m, null);

        await candles.WriteAsync([candle], start.AddMinutes(2), default);
        await candles.WriteAsync([candle with { Volume = 6.5m }], start.AddMinutes(3), default);

        await using var read = database.DataSource.CreateCommand("select count(*) || ' ' || min(volume) || ' ' || bool_and(is_closed) from venue_candle where source = 'coinbase'");
        Assert.Equal("1 6.5 true", await read.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Old_market_data_candles_of_venues_and_filled_gaps_go_and_the_rest_stays()
    {
        var now = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        await using var fill = database.DataSource.CreateCommand(
            """
            insert into market_data (source, coin, updated_at, asset, name, price)
            select 'retention', 'bitcoin', timestamptz '2025-06-01 00:00Z' - i * interval '1 minute', 'BTC', 'Bitcoin', 1 from generate_series(0, 25000) i;
            insert into venue_candle (source, symbol, interval, start, open, high, low, close, volume, is_closed, fetched_at)
            select 'retention', 'BTC-USD', '1m', timestamptz '2025-06-01 00:00Z' - i * interval '1 day', 1, 1, 1, 1, 1, true, now() from generate_series(0, 9) i;
            insert into feed_gap (source, instrument, opened_at, first_id, last_id, state, reason, updated_at)
            select 'retention', 'BTCUSDT', timestamptz '2025-05-01 00:00Z', 1, i, (array['filled', 'open', 'lost'])[i], '', timestamptz '2025-05-01 00:00Z' from generate_series(1, 3) i
            """);
        await fill.ExecuteNonQueryAsync();

        Assert.Equal(25_001 - 601 + 10 - 3 + 1, await new RowRetention(database.DataSource, new FixedTime(now)).ApplyAsync(TimeSpan.FromHours(10), TimeSpan.FromDays(2), default));

        await using var left = database.DataSource.CreateCommand(
            """
            select (select count(*) from market_data where source = 'retention') || ' ' || (select count(*) from venue_candle where source = 'retention')
                || ' ' || (select string_agg(state, ',' order by state) from feed_gap where source = 'retention')
            """);
        Assert.Equal("601 3 lost,open", await left.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Two_producers_together_get_no_more_than_one_budget()
    {
        var budgets = new RequestBudgets(database.DataSource);
        var taken = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 10; i++)
                if (await budgets.TakeAsync("shared", burst: 12, perSecond: 0.001, weight: 1, default) == TimeSpan.Zero) Interlocked.Increment(ref taken);
        }));

        Assert.Equal(12, taken);
        Assert.True(await budgets.TakeAsync("shared", 12, 0.001, 1, default) > TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task A_pause_that_one_producer_was_asked_for_holds_for_all()
    {
        var budgets = new RequestBudgets(database.DataSource);

        await budgets.BlockAsync("paused", TimeSpan.FromSeconds(40), default);
        await budgets.BlockAsync("paused", TimeSpan.FromSeconds(5), default);

        Assert.InRange((await budgets.TakeAsync("paused", 10, 10, 1, default)).TotalSeconds, 30, 40);
    }

    public Task InitializeAsync() => new Migrator(database.DataSource, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);

    public Task DisposeAsync() => Task.CompletedTask;
}
