using System.Net;
using System.Text.RegularExpressions;

namespace CryptoAspire.Api.Tests;

public sealed class ApiDocumentTests(ApiSite api) : IClassFixture<ApiSite>
{
    [Fact]
    public async Task The_document_lists_every_endpoint_and_says_that_decimals_are_strings()
    {
        var document = await api.GetAsync("/openapi/v1.json");
        Assert.Equal(
            [
                "/api/v1/candles/{symbol}", "/api/v1/candles/{symbol}/lineage", "/api/v1/feeds", "/api/v1/history", "/api/v1/history/{id}", "/api/v1/incidents",
                "/api/v1/jobs", "/api/v1/jobs/{job}", "/api/v1/jobs/{job}/backfill", "/api/v1/jobs/{job}/pause", "/api/v1/jobs/{job}/resume", "/api/v1/jobs/{job}/runs", "/api/v1/jobs/{job}/runs/{id}",
                "/api/v1/jobs/{job}/runs/{id}/cancel", "/api/v1/jobs/{job}/runs/{id}/retry", "/api/v1/jobs/{job}/schedule", "/api/v1/key", "/api/v1/ledger", "/api/v1/market-data",
                "/api/v1/metrics/10min/{symbol}", "/api/v1/metrics/daily/{symbol}", "/api/v1/metrics/hourly/{symbol}", "/api/v1/news", "/api/v1/prices/latest", "/api/v1/quality", "/api/v1/quality/results", "/api/v1/quality/{symbol}",
                "/api/v1/quarantine", "/api/v1/quarantine/reinject", "/api/v1/quarantine/{id}", "/api/v1/quarantine/{id}/reinject", "/api/v1/reconciliation", "/api/v1/sentiment", "/api/v1/signals/{symbol}",
                "/api/v1/symbols", "/api/v1/symbols/{symbol}",
            ],
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        var open = document.GetProperty("components").GetProperty("schemas").GetProperty("CandleItem").GetProperty("properties").GetProperty("open");
        Assert.Equal("string", open.GetProperty("type").GetString());
        Assert.Equal("First price.", open.GetProperty("description").GetString());
    }

    [Fact]
    public async Task The_docs_page_loads_its_own_files_only()
    {
        var page = await api.Http.GetStringAsync("/docs/index.html");
        var files = Regex.Matches(page, "(?:src|href)=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.False(file.Contains("//", StringComparison.Ordinal), $"{file} is on another host");
            using var response = await api.Http.GetAsync($"/docs/{file}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_root_leads_to_the_docs()
    {
        using var response = await api.Http.GetAsync("/");
        Assert.Equal("/docs", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_path_that_is_none_is_a_problem_too()
    {
        using var response = await api.Http.GetAsync("/api/v1/nothing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }
}
