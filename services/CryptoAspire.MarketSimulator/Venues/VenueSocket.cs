using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using CryptoAspire.MarketSimulator.Faults;

namespace CryptoAspire.MarketSimulator.Venues;

/// <summary>Life of one client connection: its loops run together, and when one ends they all do.</summary>
internal static class VenueSocket
{
    /// <summary>Binance pings every 20 s and cuts a client that has not answered within a minute; Coinbase does about the same.</summary>
    private static readonly WebSocketAcceptContext Accept = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(20),
        KeepAliveTimeout = TimeSpan.FromMinutes(1),
    };

    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    /// <param name="start">Starts the connection's loops; the first is the one that receives.</param>
    /// <param name="farewell">What the venue sends before it cuts a connection whose time is up; null when it says nothing.</param>
    public static async Task ServeAsync(HttpContext http, Func<WebSocketMessages, CancellationToken, IReadOnlyList<Task>> start, ReadOnlyMemory<byte>? farewell = null)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync("This is a WebSocket endpoint.");
            return;
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync(Accept);
        var venue = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries)[0];
        using var faults = http.RequestServices.GetRequiredService<FaultBoard>().Open(venue);
        using var messages = new WebSocketMessages(socket, faults, farewell);
        await using var reset = faults.Dropped.Register(http.Abort);
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var loops = start(messages, ending.Token);
        var first = await Task.WhenAny(loops);
        if (!ending.IsCancellationRequested)
        {
            // A proper farewell: our close frame, and a moment for the client's.
            using var patience = new CancellationTokenSource(FarewellLimit);
            await Quietly(messages.CloseAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token));
            await Task.WhenAny(loops[0], Task.Delay(FarewellLimit, ending.Token));
        }
        await ending.CancelAsync();
        await Quietly(Task.WhenAll(loops));
        if (first.Exception?.InnerException is { } e and not (OperationCanceledException or WebSocketException or IOException)) ExceptionDispatchInfo.Throw(e);
    }

    /// <summary>Connections end by exceptions as often as not; the first of them has been looked at.</summary>
    private static Task Quietly(Task task) => task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
}
