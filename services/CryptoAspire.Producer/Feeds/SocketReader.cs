using System.Net.WebSockets;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Whole messages from a WebSocket, with a bound on their size (Coinbase's status of all products is the longest honest one, about half a megabyte), and a watch on how long it has been silent. Time that the caller spends on a message
/// is not silence: when Kafka is slow we do not read, and the exchange is not to blame.
/// </summary>
internal sealed class SocketReader(WebSocket socket, TimeProvider clock)
{
    public const int MaxMessageBytes = 4 << 20;

    private byte[] buffer = new byte[16 * 1024];
    private long waitingSince = clock.GetTimestamp();
    private volatile bool isWaiting;

    /// <summary>False while a message is being handled, which takes as long as Kafka does.</summary>
    public bool IsWaiting => isWaiting;

    /// <summary>How long we have been waiting for a message; zero while one is being handled.</summary>
    public TimeSpan Silence => isWaiting ? clock.GetElapsedTime(Volatile.Read(ref waitingSince)) : TimeSpan.Zero;

    /// <summary>
    /// The next message, valid until the next call; null when the server has closed. Of a message larger than <see cref="MaxMessageBytes"/> only the beginning
    /// is kept.
    /// </summary>
    public async ValueTask<(ReadOnlyMemory<byte> Message, bool Truncated)?> ReadAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref waitingSince, clock.GetTimestamp());
        isWaiting = true;
        try
        {
            var length = 0;
            var truncated = false;
            while (true)
            {
                if (length == buffer.Length && buffer.Length < MaxMessageBytes) Array.Resize(ref buffer, buffer.Length * 2);
                if (length == buffer.Length) (truncated, length) = (true, MaxMessageBytes / 2);   // the rest is read over the second half
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) return (buffer.AsMemory(0, truncated ? MaxMessageBytes / 2 : length), truncated);
            }
        }
        finally
        {
            isWaiting = false;
        }
    }
}
