using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.ServiceDefaults.Tests.Health;

public sealed class HealthEndpointTests
{
    [Fact]
    public async Task Health_lists_each_check_with_its_status_and_time_outside_development_too()
    {
        await using var service = await Service.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddAsyncCheck("slow", async () => { await Task.Delay(60); return HealthCheckResult.Healthy("took a while"); }));

        using var response = await service.Client.GetAsync("/health");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("Healthy", json.RootElement.GetProperty("status").GetString());
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);
        Assert.Equal(["self", "slow"], checks.Keys.Order());
        Assert.InRange(checks["slow"].GetProperty("durationMs").GetDouble(), 50, 5000);
        Assert.Equal("took a while", checks["slow"].GetProperty("description").GetString());
    }

    [Fact]
    public async Task Failing_dependency_makes_the_service_unready_but_keeps_it_alive()
    {
        await using var service = await Service.StartAsync(configure: builder => builder.Services.AddHealthChecks()
            .AddCheck("dependency", () => throw new InvalidOperationException("Password=secret")));

        using var ready = await service.Client.GetAsync("/health");
        using var alive = await service.Client.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        string text = await ready.Content.ReadAsStringAsync();
        Assert.Contains("\"status\":\"Unhealthy\"", text);
        Assert.DoesNotContain("exception", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", text);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.DoesNotContain("dependency", await alive.Content.ReadAsStringAsync());
    }
}
