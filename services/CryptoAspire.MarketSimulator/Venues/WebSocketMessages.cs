using System.Buffers;
using System.Net.WebSockets;
using CryptoAspire.MarketSimulator.Faults;

namespace CryptoAspire.MarketSimulator.Venues;

/// <summary>Whole messages over a WebSocket: one reader, and writers that take turns.</summary>
internal sealed class WebSocketMessages(WebSocket socket, ConnectionFaults faults, ReadOnlyMemory<byte>? farewell) : IDisposable
{
    // Vendors' control messages are a few hundred bytes; anything larger is not one.
    private const int MaxInbound = 64 * 1024;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConnectionFaults.Send send = (message, cancellation) => socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation);

    /// <summary>The next text message, or null when the client has closed (properly or not) or sent something oversized.</summary>
    public async Task<byte[]?> ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            try
            {
                var part = await socket.ReceiveAsync(buffer.GetMemory(1024), cancellation);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                buffer.Advance(part.Count);
                if (part.EndOfMessage) return buffer.WrittenSpan.ToArray();
            }
            catch (WebSocketException)
            {
                return null;
            }
            if (buffer.WrittenCount > MaxInbound)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, "message too big", cancellation);
                return null;
            }
        }
    }

    /// <summary>Sends one message. It waits while the client does not read: that is the back-pressure.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await faults.PassAsync(message, farewell, send, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(status, reason, cancellation);
        }
        catch (WebSocketException)
        {
            // The client is gone already, which is what we wanted.
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
