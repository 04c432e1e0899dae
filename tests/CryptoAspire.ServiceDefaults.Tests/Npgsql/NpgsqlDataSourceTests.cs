using System.Diagnostics;
using System.Net;
using Aspire.Npgsql;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CryptoAspire.ServiceDefaults.Tests.Npgsql;

public sealed class NpgsqlDataSourceTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task Data_source_comes_from_the_connection_string_of_the_host()
    {
        await using var service = await Service.StartAsync(
            new() { ["ConnectionStrings:crypto"] = database.ConnectionString, ["Aspire:Npgsql:ConnectionString"] = "Host=wrong" },
            builder => builder.AddNpgsqlDataSource("crypto"));

        await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 42");
        Assert.Equal(42, await command.ExecuteScalarAsync());
        await using var connection = service.Services.GetRequiredService<NpgsqlConnection>();
        await connection.OpenAsync();

        string health = await service.Client.GetStringAsync("/health");
        Assert.Contains("\"name\":\"PostgreSql\",\"status\":\"Healthy\"", health);
        string metrics = await service.Client.GetStringAsync("/metrics");
        Assert.Contains("db_client_connection_count{", metrics);
    }

    [Fact]
    public async Task Sections_settings_and_builder_apply_in_turn()
    {
        await using var service = await Service.StartAsync(
            new() { ["Aspire:Npgsql:DisableHealthChecks"] = "true", ["Aspire:Npgsql:reports:ConnectionString"] = database.ConnectionString },
            builder => builder.AddKeyedNpgsqlDataSource("reports",
                settings => settings.ConnectionString += ";Application Name=from-settings",
                dataSource => dataSource.ConnectionStringBuilder.MaxPoolSize = 3));

        var dataSource = service.Services.GetRequiredKeyedService<NpgsqlDataSource>("reports");
        await using var command = dataSource.CreateCommand("show application_name");
        Assert.Equal("from-settings", await command.ExecuteScalarAsync());
        Assert.Contains("Maximum Pool Size=3", dataSource.ConnectionString);
        Assert.DoesNotContain("PostgreSql", await service.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Missing_connection_string_is_named_on_first_use_and_the_service_starts()
    {
        await using var service = await Service.StartAsync(configure: builder => builder.AddNpgsqlDataSource("crypto"));

        var error = Assert.Throws<InvalidOperationException>(() => service.Services.GetRequiredService<NpgsqlDataSource>());

        Assert.Equal("ConnectionString is missing. It should be provided in 'ConnectionStrings:crypto' or under the 'ConnectionString' key in "
            + "'Aspire:Npgsql' or 'Aspire:Npgsql:crypto' configuration section.", error.Message);
        using var health = await service.Client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("ConnectionString is missing", await health.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Health_follows_the_server_down_and_up_and_never_hangs_on_a_frozen_one()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var service = await Service.StartAsync(new() { ["ConnectionStrings:crypto"] = server.ConnectionString }, builder => builder.AddKeyedNpgsqlDataSource("crypto"));
        await ExpectAsync(service, HealthStatus.Healthy);

        await server.KillAsync();
        await ExpectAsync(service, HealthStatus.Unhealthy);
        await server.RestartAsync();
        await ExpectAsync(service, HealthStatus.Healthy);

        server.Send(ProcessSignal.Stop);
        service.Services.GetRequiredKeyedService<NpgsqlDataSource>("crypto").Clear();
        long start = Stopwatch.GetTimestamp();
        await ExpectAsync(service, HealthStatus.Unhealthy);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 9);
        server.Send(ProcessSignal.Continue);
        await ExpectAsync(service, HealthStatus.Healthy);
    }

    [Fact]
    public async Task Disabled_metrics_stay_out_unless_another_data_source_wants_them()
    {
        await using var without = await Service.StartAsync(new() { ["ConnectionStrings:crypto"] = database.ConnectionString, ["Aspire:Npgsql:DisableMetrics"] = "true" },
            builder => builder.AddNpgsqlDataSource("crypto"));
        await using (var command = without.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1")) await command.ExecuteScalarAsync();

        Assert.Equal(HttpStatusCode.OK, (await without.Client.GetAsync("/health")).StatusCode);
        Assert.DoesNotContain("db_client_", await without.Client.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commands_are_traced_unless_that_is_disabled(bool disabled)
    {
        string marker = $"select 'traced {disabled}'";
        var statements = new List<string?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => { lock (statements) statements.Add(string.Join(' ', activity.TagObjects.Select(tag => tag.Value))); }
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await Service.StartAsync(new() { ["ConnectionStrings:crypto"] = database.ConnectionString, ["Aspire:Npgsql:crypto:DisableTracing"] = $"{disabled}" },
            builder => builder.AddNpgsqlDataSource("crypto"));

        await using (var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(marker)) await command.ExecuteScalarAsync();

        lock (statements) Assert.Equal(!disabled, statements.Any(statement => statement!.Contains(marker, StringComparison.Ordinal)));
    }

    private static Task ExpectAsync(Service service, HealthStatus status) => Eventually.Value(
        async () => (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["PostgreSql_crypto"],
        entry => entry.Status == status, text: $"{status}");
}
