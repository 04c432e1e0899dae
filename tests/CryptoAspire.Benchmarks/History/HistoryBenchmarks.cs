using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Benchmarks.History;

/// <summary>Import of a file beside raw COPY of the same rows; history by REST beside the bare requests.</summary>
internal static class HistoryBenchmarks
{
    /// <param name="report">Where the figures go.</param>
    /// <param name="quick">A fifth of the work.</param>
    public static async Task RunAsync(Report report, bool quick)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        await ImportBenchmark.RunAsync(report, database, quick ? 400_000 : 2_000_000);
        await BackfillBenchmark.RunAsync(report, database, TimeSpan.FromSeconds(quick ? 3 : 15));
    }
}
