namespace CryptoAspire.MarketSimulator.Faults;

/// <summary>What happens to the messages of one connection on their way out. Called by one sender at a time.</summary>
internal sealed class ConnectionFaults(string venue, FaultBoard board, TimeProvider clock) : IDisposable
{
    public delegate ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancellation);

    private static readonly TimeSpan StallBeat = TimeSpan.FromMilliseconds(20);
    private static readonly byte[][] Garbage =
    [
        "not json"u8.ToArray(), "{\"type\":\"match\",\"price\":\"NaN\""u8.ToArray(), "{\"stream\":\"btcusdt@trade\",\"data\":{\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"1e400\"}}"u8.ToArray(),
        "{\"type\":\"match\",\"trade_id\":1,\"price\":\"-1\",\"size\":\"1\",\"side\":\"buy\",\"product_id\":\"BTC-USD\",\"time\":\"2026-01-01T00:00:00Z\"}"u8.ToArray(), "\u0000\u0001\u001f{\u007f"u8.ToArray(),
    ];

    private readonly CancellationTokenSource dropped = new();
    private readonly Random random = new();
    private ReadOnlyMemory<byte>? delayed;
    private volatile bool isMuted;
    private int announcedInMs = -1;

    public string Venue => venue;

    /// <summary>Cancelled when the connection is to be reset.</summary>
    public CancellationToken Dropped => dropped.Token;

    public void Drop() => dropped.Cancel();

    public void Mute() => isMuted = true;

    /// <summary>The next message is preceded by the announcement; the cut follows.</summary>
    public void Announce(TimeSpan after)
    {
        Volatile.Write(ref announcedInMs, (int)after.TotalMilliseconds);
        dropped.CancelAfter(after);
    }

    public ValueTask PassAsync(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte>? farewell, Send send, CancellationToken cancellation) =>
        board.IsQuiet && !isMuted && delayed is null && Volatile.Read(ref announcedInMs) < 0 ? send(message, cancellation) : SufferAsync(message, farewell, send, cancellation);

    public void Dispose()
    {
        board.Close(this);
        dropped.Dispose();
    }

    private async ValueTask SufferAsync(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte>? farewell, Send send, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref announcedInMs, -1) >= 0 && farewell is { } announcement) await send(announcement, cancellation);
        while (board.Find(FaultKind.Stall, venue) is not null && !isMuted)
        {
            board.Count(FaultKind.Stall);
            await Task.Delay(StallBeat, clock, cancellation);
        }
        if (isMuted) return;
        if (Strikes(FaultKind.Gap)) return;
        if (delayed is null && Strikes(FaultKind.Reorder))
        {
            delayed = message.ToArray();
            return;
        }
        await send(message, cancellation);
        if (delayed is { } late)
        {
            delayed = null;
            await send(late, cancellation);
        }
        if (Strikes(FaultKind.Duplicate)) await send(message, cancellation);
        if (Strikes(FaultKind.Garbage)) await send(Garbage[random.Next(Garbage.Length)], cancellation);
    }

    private bool Strikes(FaultKind kind)
    {
        if (board.Find(kind, venue) is not { } fault || random.NextDouble() >= fault.Share) return false;
        board.Count(kind);
        return true;
    }
}
