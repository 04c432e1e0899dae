using System.Net;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Api.Tests;

public sealed class PricesApiTests(ApiSite api) : IClassFixture<ApiSite>
{
    [Fact]
    public async Task Latest_price_of_a_symbol_is_the_one_with_the_newest_event_over_all_venues()
    {
        var prices = (await api.GetAsync("/api/v1/prices/latest")).GetProperty("prices");
        Assert.Equal(["BTC-USD", "ETH-USD"], prices.EnumerateArray().Select(p => p.GetProperty("symbol").GetString()));
        Assert.Equal("binance-replay", prices[0].GetProperty("source").GetString());
    }

    [Fact]
    public async Task Decimals_are_strings_without_trailing_zeros_and_times_are_utc_with_microseconds()
    {
        var bitcoin = (await api.GetAsync("/api/v1/prices/latest")).GetProperty("prices")[0];
        Assert.Equal("109.1", bitcoin.GetProperty("price").GetString());
        Assert.Equal("2024-08-08T23:59:30.123456Z", bitcoin.GetProperty("eventTime").GetString());
    }

    [Fact]
    public async Task Change_and_volume_are_those_of_the_candles_of_the_day_before()
    {
        var bitcoin = (await api.GetAsync("/api/v1/prices/latest?symbol=BTC-USD")).GetProperty("prices")[0];
        Assert.Equal("10.6", bitcoin.GetProperty("change24h").GetString());
        Assert.Equal("10.76142132", bitcoin.GetProperty("changePercent24h").GetString());
        Assert.Equal("25", bitcoin.GetProperty("volume24h").GetString());
    }

    [Theory]
    [InlineData("eth-usd")]
    [InlineData("ETHUSD")]
    [InlineData("ETH/USD")]
    [InlineData("ETH-USD")]
    public async Task One_symbol_is_found_under_any_spelling(string spelling)
    {
        var prices = (await api.GetAsync($"/api/v1/prices/latest?symbol={Uri.EscapeDataString(spelling)}")).GetProperty("prices");
        Assert.Equal("ETH-USD", Assert.Single(prices.EnumerateArray()).GetProperty("symbol").GetString());
    }

    [Fact]
    public Task Unknown_symbol_is_404_and_says_how_to_find_the_known_ones() =>
        Problem.ExpectAsync(api, "/api/v1/prices/latest?symbol=FOO-USD", HttpStatusCode.NotFound, "symbol", "FOO-USD", "symbols that there are");

    [Fact]
    public Task Text_that_is_no_symbol_is_400() =>
        Problem.ExpectAsync(api, "/api/v1/prices/latest?symbol=%21%21", HttpStatusCode.BadRequest, "symbol", "!!", "BASE-QUOTE");

    [Fact]
    public async Task A_new_price_is_given_although_callers_share_an_answer_for_a_moment()
    {
        await api.ExecuteAsync("insert into latest_price values ('SOL-USD', 'kraken', 150.5, '2024-08-08 23:59:00Z', 1, null, null, null, 150.5, now())");
        try
        {
            await Eventually.True(
                async () => (await api.GetAsync("/api/v1/prices/latest")).GetProperty("prices").EnumerateArray().Any(p => p.GetProperty("symbol").GetString() == "SOL-USD"));
        }
        finally
        {
            await api.ExecuteAsync("delete from latest_price where symbol = 'SOL-USD'");
        }
    }

    [Fact]
    public async Task Who_shares_an_answer_gets_it_although_the_caller_who_asked_first_went_away()
    {
        const string path = "/api/v1/prices/latest?symbol=Btc-usD"; // asked by no other test
        await using var connection = await api.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table latest_price in access exclusive mode", connection)) await command.ExecuteNonQueryAsync();

        using var leaving = new CancellationTokenSource();
        var first = api.Http.GetAsync(path, leaving.Token);
        await Eventually.True(() => WaitersAsync(1));
        var second = api.GetAsync(path);
        await Task.Delay(300);
        Assert.True(await WaitersAsync(1), "the second caller has a query of its own");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Task.Delay(300);
        await transaction.RollbackAsync();

        Assert.Single((await second).GetProperty("prices").EnumerateArray());

        async Task<bool> WaitersAsync(int count)
        {
            await using var command = api.Database.CreateCommand(
                "select count(*) from pg_locks where relation = 'latest_price'::regclass and not granted and database = (select oid from pg_database where datname = current_database())");
            return (long)(await command.ExecuteScalarAsync())! == count;
        }
    }
}
