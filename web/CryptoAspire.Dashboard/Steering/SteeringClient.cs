using System.Net;
using System.Text.Json;
using Polly;

namespace CryptoAspire.Dashboard.Steering;

/// <summary>
/// Brings orders to the API, whose gate lets through who has the key: the dashboard itself may change nothing. The key goes into one header, and
/// neither it nor what is sent is logged.
/// </summary>
public sealed class SteeringClient(IHttpClientFactory clients)
{
    /// <summary>Of the HTTP client: finds the API by service discovery.</summary>
    public const string Name = "api";

    /// <summary>Longest answer that is read, bytes; the preview of a thousand buckets has a tenth of it.</summary>
    public const int LongestAnswer = 2 << 20;

    private const string KeyHeader = "X-Api-Key";

    /// <summary>Whether the API knows the key: asks for something that changes nothing.</summary>
    public Task<SteeringAnswer> TryAsync(string key, CancellationToken cancel) => SendAsync(key, HttpMethod.Get, "/api/v1/key", null, cancel);

    /// <summary>Sends an order.</summary>
    /// <param name="key">The API key.</param>
    /// <param name="method">POST or PUT.</param>
    /// <param name="path">The endpoint's path; its parts escaped.</param>
    /// <param name="body">What is sent as JSON; null for nothing.</param>
    /// <param name="cancel">Stops waiting for the answer.</param>
    /// <returns>What came of it; failures too, in words.</returns>
    public async Task<SteeringAnswer> SendAsync(string key, HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (!key.All(static c => c is >= ' ' and < '\u007f') || !request.Headers.TryAddWithoutValidation(KeyHeader, key))
            return SteeringAnswer.Refused("That cannot be a key: it has characters that no header may have.", keyRefused: true);
        request.Headers.Add("X-Requested-By", "dashboard");
        try
        {
            using var response = await clients.CreateClient(Name).SendAsync(request, cancel);
            return await ReadAsync(response, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or ExecutionRejectedException or JsonException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return SteeringAnswer.Refused("The API cannot be reached, or did not answer in time. Look whether the order was carried out before you send it again.");
        }
    }

    private static async Task<SteeringAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        JsonElement? body = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<JsonElement>(cancel)
            : null;
        if (response.IsSuccessStatusCode)
            return new SteeringAnswer(true, false, null, body);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return SteeringAnswer.Refused($"The API does not know this key. {Text(body, "remedy") ?? ""}".TrimEnd(), keyRefused: true);
        return SteeringAnswer.Refused($"{Text(body, "detail") ?? $"The API answered {(int)response.StatusCode}."} {Text(body, "remedy")}".TrimEnd());
    }

    private static string? Text(JsonElement? body, string name) =>
        body is { ValueKind: JsonValueKind.Object } problem && problem.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
