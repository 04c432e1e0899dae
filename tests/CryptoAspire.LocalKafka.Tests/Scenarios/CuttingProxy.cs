using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>
/// A TCP proxy on a port of its own that can cut every connection with a reset. The broker behind it must advertise the proxy's
/// port, or clients would go past it after the first metadata answer.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private Func<int> _target = () => throw new InvalidOperationException("The proxy has no target yet.");
    private readonly Action<object, ReadOnlyMemory<byte>>? _fromClient;
    private readonly Task _accepting;

    /// <param name="fromClient">Shown every piece that a client sends; the object tells connections apart.</param>
    public CuttingProxy(Action<object, ReadOnlyMemory<byte>>? fromClient = null)
    {
        _fromClient = fromClient;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Cuts { get; private set; }

    public void ForwardTo(int port) => _target = () => port;

    /// <summary>Resets every connection there is; bytes under way are lost in both directions.</summary>
    public void Cut()
    {
        foreach (var (client, server) in _pairs)
        {
            Cuts++;
            Reset(client);
            Reset(server);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    client.NoDelay = true; // refused when the client is gone already
                    await server.ConnectAsync(IPAddress.Loopback, _target());
                }
                catch (SocketException)
                {
                    Reset(client);
                    server.Dispose();
                    continue;
                }

                _pairs[client] = server;
                _ = PumpAsync(client, server, client);
                _ = PumpAsync(server, client, client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Socket key)
    {
        var buffer = new byte[1 << 16];
        try
        {
            for (int n; (n = await from.ReceiveAsync(buffer)) > 0;)
            {
                if (from == key) _fromClient?.Invoke(key, buffer.AsMemory(0, n));
                for (var sent = 0; sent < n;) sent += await to.SendAsync(buffer.AsMemory(sent, n - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        _pairs.TryRemove(key, out _);
        Reset(from);
        Reset(to);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }

        socket.Dispose();
    }
}
