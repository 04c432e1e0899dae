using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CryptoAspire.Api.Tests;

/// <summary>Checks an answer in problem+json.</summary>
internal static class Problem
{
    public static async Task ExpectAsync(ApiSite api, string path, HttpStatusCode status, string field, string value, string remedy)
    {
        using var response = await api.Http.GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(value, problem.GetProperty("value").GetString());
        Assert.Contains(remedy, problem.GetProperty("remedy").GetString());
        Assert.Contains(field, problem.GetProperty("detail").GetString());
    }
}
