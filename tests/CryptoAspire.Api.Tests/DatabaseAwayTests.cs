using System.Net;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Api.Tests;

public sealed class DatabaseAwayTests
{
    [Fact]
    public async Task Without_the_database_answers_are_503_and_come_back_with_it()
    {
        await using var server = await PostgresServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync();
        await using (var database = NpgsqlDataSource.Create(connectionString))
            await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);
        var (process, http) = await ApiSite.StartAsync(connectionString);
        await using var _ = process;
        using var __ = http;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/v1/prices/latest")).StatusCode);

        await server.KillAsync();
        await Eventually.True(async () => (await http.GetAsync("/api/v1/prices/latest")).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var away = await http.GetAsync("/api/v1/candles/BTC-USD");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        Assert.Equal("application/problem+json", away.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(away.Headers.RetryAfter);

        await server.RestartAsync();
        await Eventually.True(async () => (await http.GetAsync("/api/v1/prices/latest")).StatusCode == HttpStatusCode.OK);
    }
}
