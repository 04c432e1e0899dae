using System.Net.WebSockets;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Stands between a feed and the simulator and says things of its own on every socket, after the simulator's first message.</summary>
internal sealed class HostileProxy : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly WebApplication app;
    private readonly Uri simulator;
    private readonly byte[][] injections;
    private int connections;

    private HostileProxy(WebApplication app, Uri simulator, byte[][] injections)
    {
        this.app = app;
        this.simulator = simulator;
        this.injections = injections;
    }

    public Uri Address => new(app.Urls.Single() + "/");

    /// <summary>Sockets opened through it.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static async Task<HostileProxy> StartAsync(Uri simulator, params byte[][] injections)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}").UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        var proxy = new HostileProxy(app, simulator, injections);
        app.UseWebSockets();
        app.Map("{**path}", proxy.ServeAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var target = new Uri(simulator, $"{context.Request.Path.Value![1..]}{context.Request.QueryString}");
        if (!context.WebSockets.IsWebSocketRequest)
        {
            using var answer = await http.GetAsync(target, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }
        Interlocked.Increment(ref connections);
        using var client = await context.WebSockets.AcceptWebSocketAsync();
        using var server = new ClientWebSocket();
        await server.ConnectAsync(new UriBuilder(target) { Scheme = "ws" }.Uri, context.RequestAborted);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await Task.WhenAny(PumpAsync(client, server, [], ending.Token), PumpAsync(server, client, injections, ending.Token));
        await ending.CancelAsync();
    }

    private static async Task PumpAsync(WebSocket from, WebSocket to, byte[][] injections, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (var isFirst = true; ;)
            {
                var part = await from.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (part.MessageType == WebSocketMessageType.Close) return;
                await to.SendAsync(buffer.AsMemory(0, part.Count), WebSocketMessageType.Text, part.EndOfMessage, cancellation);
                if (!part.EndOfMessage || !isFirst) continue;
                isFirst = false;
                foreach (var injection in injections) await to.SendAsync(injection, WebSocketMessageType.Text, true, cancellation);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // A side is gone.
        }
    }
}
