using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Stands between a feed and the simulator and breaks connections on demand.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile bool mute;

    public FaultyProxy(Uri simulator)
    {
        target = simulator.Port;
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public int Accepted { get; private set; }

    /// <summary>Every open connection is reset.</summary>
    public void Cut()
    {
        foreach (var client in connections.Keys)
            if (connections.TryRemove(client, out var server))
            {
                Reset(client);
                server.Close();
            }
    }

    /// <summary>Existing connections stay open and nothing comes through any more: a half-open socket. New ones work.</summary>
    public async Task GoSilentAsync()
    {
        mute = true;
        await Task.Delay(50);
        connections.Clear();
        mute = false;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Cut();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                Accepted++;
                _ = RelayAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
            connections[client] = server;
            await Task.WhenAny(PumpAsync(client, server, client), PumpAsync(server, client, client));
            if (connections.TryRemove(client, out _)) Reset(client);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // A side is gone.
        }
        client.Close();
        server.Close();
    }

    /// <summary>Only for who took it out of <see cref="connections"/>: a closed client has no socket any more.</summary>
    private static void Reset(TcpClient client)
    {
        client.Client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, TcpClient key)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, stopping.Token) is > 0 and var read)
            {
                // Swallowed for ever: the peer sees an open socket on which nothing happens.
                if (mute || !connections.ContainsKey(key)) await Task.Delay(Timeout.Infinite, stopping.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A side is gone.
        }
    }
}
