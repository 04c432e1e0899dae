using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CryptoAspire.ServiceDefaults.Tests.Telemetry;

/// <summary>An OTLP/HTTP collector that keeps what it gets. Protobuf holds its strings as plain UTF-8, so they can be searched for.</summary>
internal sealed class OtlpReceiver(WebApplication app) : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, string Body)> _exports = new();

    public string Address => app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            if (request.ContentType != "application/x-protobuf") return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver._exports.Enqueue((signal, Encoding.Latin1.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Whether one export of the signal holds all the texts.</summary>
    public bool Has(string signal, params string[] texts) => _exports.Any(export => export.Signal == signal && texts.All(text => export.Body.Contains(text, StringComparison.Ordinal)));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
