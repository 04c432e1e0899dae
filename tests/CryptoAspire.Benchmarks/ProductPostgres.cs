using CryptoAspire.LocalHosting.Postgres;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks;

/// <summary>PostgreSQL with the settings that the product gives it: commits are durable, unlike in the tests.</summary>
internal static class ProductPostgres
{
    public static Task<PostgresServer> StartAsync()
    {
        var settings = PostgresSettings.Tuning().ToDictionary(static setting => setting.Name, static setting => setting.Value);
        settings["full_page_writes"] = "on";
        return PostgresServer.StartAsync(settings);
    }
}
