using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace CryptoAspire.Producer.Tests.Simulator;

/// <summary>A plain WebSocket client that sees messages as they are.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[64 * 1024];

    public static async Task<RawClient> ConnectAsync(Uri simulator, string path)
    {
        var client = new RawClient();
        await client.socket.ConnectAsync(new UriBuilder(new Uri(simulator, path)) { Scheme = "ws" }.Uri, CancellationToken.None);
        return client;
    }

    public Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Null when the server closed.</summary>
    public async Task<string?> ReceiveAsync(int seconds = 10)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        for (var length = 0; ;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }

    /// <summary>The first message that satisfies the predicate.</summary>
    /// <exception cref="TimeoutException">None did within a minute, whatever else came.</exception>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> predicate)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1)) throw new TimeoutException("The message did not come within a minute.");
            var json = JsonDocument.Parse(await ReceiveAsync() ?? throw new InvalidOperationException("closed")).RootElement;
            if (predicate(json)) return json;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
