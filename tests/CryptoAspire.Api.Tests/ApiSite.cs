using System.Net.Http.Json;
using System.Text.Json;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Api.Tests;

/// <summary>The API as a process of its own over a real database with a little market in it.</summary>
public sealed class ApiSite : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2024, 8, 8, 23, 50, 0, TimeSpan.Zero);

    /// <summary>What a request that changes something has to bring.</summary>
    public const string Key = "correct horse battery staple";

    private ChildProcess _process = null!;

    public HttpClient Http { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("api");
        Database = NpgsqlDataSource.Create(connectionString);
        await new Migrator(Database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);
        await SeedAsync();
        (_process, Http) = await StartAsync(connectionString);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Starts one more API on a database; the caller disposes of both.</summary>
    public static async Task<(ChildProcess Process, HttpClient Http)> StartAsync(string connectionString, string? kafka = null)
    {
        var port = FreePort.Next();
        var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.Api.dll"), "--urls", $"http://127.0.0.1:{port}"],
            new Dictionary<string, string?> { ["ConnectionStrings__crypto"] = connectionString, ["ConnectionStrings__kafka"] = kafka, ["DOTNET_ENVIRONMENT"] = "Production", ["Api__Key"] = Key });
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await Eventually.True(async () =>
        {
            Assert.False(process.HasExited, process.Output.Tail());
            try
            {
                return (await http.GetAsync("/openapi/v1.json")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60));
        return (process, http);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // Ten one-minute candles from 23:50, close 100 … 109, and Gold over them; ETH has a price but neither candles nor Gold.
    private Task SeedAsync() => ExecuteAsync(
        """
        insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                            open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
        select 'BTC-USD', venue, '1m', t, 99.50000000 + i, 101.25 + i, 98 + i, 100 + i, 2.50, 250.0 + i, 1, 7, 0, 0, t, 'binance-replay', 1, t, 'binance-replay', 2, 3 + i,
               case when i = 9 then 'open' when i = 3 then 'corrected' else 'final' end, now()
        from   generate_series(0, 9) i, unnest(array['*', 'binance-replay']) venue,
               lateral (select timestamptz '2024-08-08 23:50:00Z' + i * interval '1 minute' as t) x;

        insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                            open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
        values ('BTC-USD', '*', '15m', '2024-08-08 23:45:00Z', 98.5, 110.25, 98, 109, 25, 2545, 10, 70, 0, 0, '2024-08-08 23:50:00Z', 'binance-replay', 1,
                '2024-08-08 23:59:00Z', 'binance-replay', 2, 10, 'open', now());

        insert into latest_price (symbol, source, price, event_time, trade_id, bid, ask, volume_24h, last_price, processed_at)
        values ('BTC-USD', 'binance-replay', 109.10, '2024-08-08 23:59:30.123456Z', 77, 109.0, 109.2, null, 109.10, now()),
               ('BTC-USD', 'coinbase-sim',   50.00,  '2024-08-08 23:00:00Z',        5,  null,  null,  null, 50.00,  now()),
               ('ETH-USD', 'coinbase',       2500,   '2024-08-08 23:59:00Z',        9,  null,  null,  12345.678, 2500, now());

        insert into gold_10min_metrics (window_start, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_volatility, record_count, vwap, open, close, created_at)
        select timestamptz '2024-08-08 22:00:00Z' + i * interval '10 minutes', 'BTC-USD', 104.5, 98, 110.25, 25, 0.357142857143, 3.02765035, 70, 101.8, 99.5, 109, '2024-08-09Z'
        from   generate_series(0, 11) i;

        insert into gold_hourly_metrics (hour_timestamp, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent, record_count, vwap, open, close, created_at)
        select timestamptz '2024-08-07 00:00:00Z' + i * interval '1 hour', 'BTC-USD', 104.5, 98, 110.25, 25, 0.357142857143, 9.5, 9.54773869, 70, 101.8, 99.5, 109, '2024-08-09Z'
        from   generate_series(0, 47) i;

        insert into gold_daily_metrics (day, symbol, avg_price, min_price, max_price, total_volume, avg_volume, price_change, price_change_percent, price_volatility, record_count, vwap, notional,
                                        buy_volume, open, close, created_at)
        select timestamptz '2024-08-07 00:00:00Z' + i * interval '24 hours', 'BTC-USD', 104.5, 98, 110.25, 25, 0.357142857143, 9.5, 9.54773869, 3.02765035, 70, 101.8, 2545, 10, 99.5, 109,
               '2024-08-09Z'
        from   generate_series(0, 1) i;

        insert into signal (symbol, interval, start, close, sma_20, rsi_14, bars, candle_revision, created_at)
        select 'BTC-USD', '1h', timestamptz '2024-08-08 00:00:00Z' + i * interval '1 hour', 100 + i, 100.123456789012345678, null, i, 1, '2024-08-09Z' from generate_series(1, 5) i;
        """);
}
