using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CryptoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Something that answers at Binance's addresses and sends whatever a test wants.</summary>
internal sealed class RogueVenue : IAsyncDisposable
{
    private readonly WebApplication app;

    private RogueVenue(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single() + "/");

    public int Connections { get; private set; }

    /// <param name="messages">Sent to every client, after which the socket stays open and answers questions.</param>
    public static async Task<RogueVenue> StartAsync(params byte[][] messages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}").UseShutdownTimeout(TimeSpan.FromMilliseconds(100));
        var app = builder.Build();
        var venue = new RogueVenue(app);
        app.UseWebSockets();
        app.MapGet("/binance/api/v3/exchangeInfo", () => """{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT"}]}""");
        app.MapGet("/binance/api/v3/trades", () => "[]");
        app.MapGet("/binance/api/v3/historicalTrades", () => "[]");
        app.Map("/binance/stream", async (HttpContext http) =>
        {
            venue.Connections++;
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            foreach (var message in messages) await socket.SendAsync(message, WebSocketMessageType.Text, true, http.RequestAborted);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } request)
            {
                var id = JsonDocument.Parse(buffer.AsMemory(0, request.Count)).RootElement.GetProperty("id").GetInt64();
                await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"result":null,"id":{{id}}}"""), WebSocketMessageType.Text, true, http.RequestAborted);
            }
        });
        await app.StartAsync();
        return venue;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
