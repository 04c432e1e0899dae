using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CryptoAspire.ServiceDefaults.Health;

/// <summary>
/// <c>{"status":"Healthy","durationMs":1.2,"checks":[{"name":"self","status":"Healthy","durationMs":0.1,"description":…}]}</c>.
/// Exceptions are not told, neither as such nor as the description that the framework makes of one: their texts can hold
/// addresses and credentials.
/// </summary>
internal static class HealthReportWriter
{
    public static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString());
        json.WriteNumber("durationMs", Milliseconds(report.TotalDuration));
        json.WriteStartArray("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("status", entry.Status.ToString());
            json.WriteNumber("durationMs", Milliseconds(entry.Duration));
            if (entry.Description is not null && entry.Description != entry.Exception?.Message) json.WriteString("description", entry.Description);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
