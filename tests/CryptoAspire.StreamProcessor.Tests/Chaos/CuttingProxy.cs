using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.StreamProcessor.Tests.Chaos;

/// <summary>Stands between the processors and PostgreSQL, reads along, and cuts a connection at the moment that a test asked for.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _cut;
    private Action? _onCommit;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Which side of the server's commit the connection is cut on.</summary>
    public enum Side
    {
        Nothing,
        BeforeTheServerSeesIt,
        BeforeTheClientHearsOfIt,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut at their COMMIT.</summary>
    public int Cuts { get; private set; }

    /// <summary>The next COMMIT that comes by is cut.</summary>
    public void CutNextCommit(Side side) => Volatile.Write(ref _cut, (int)side);

    /// <summary>
    /// Runs the action when the next COMMIT comes by, which the server never sees: its transaction holds the fence until somebody ends it.
    /// </summary>
    public void OnNextCommit(Action action) => Volatile.Write(ref _onCommit, action);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        foreach (var link in _links.Keys)
            link.Close();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        var link = new Link(client, server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            _links[link] = true;
            await Task.WhenAny(UpAsync(link), DownAsync(link));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // PostgreSQL is away, or the test ends.
        }

        link.Close();
        _links.TryRemove(link, out _);
    }

    private async Task UpAsync(Link link)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await link.Client.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and var read)
            {
                var side = Side.Nothing;
                var isCommit = buffer.AsSpan(0, read).IndexOf("COMMIT"u8) >= 0;
                if (isCommit && Interlocked.Exchange(ref _onCommit, null) is { } action)
                {
                    action();
                    while (!link.IsClosed)
                        await Task.Delay(10, _stopping.Token);
                    return;
                }

                if (isCommit)
                    side = (Side)Interlocked.Exchange(ref _cut, 0);
                link.IsDeaf = side != Side.Nothing;
                if (side != Side.BeforeTheServerSeesIt)
                    await link.Server.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
                if (side == Side.Nothing)
                    continue;
                Cuts++;
                await Task.Delay(100, _stopping.Token);
                return;
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // A side is gone.
        }
    }

    private async Task DownAsync(Link link)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await link.Server.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and var read)
            {
                if (!link.IsDeaf)
                    await link.Client.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // A side is gone.
        }

        // The answer that is withheld must not look like the server's hanging up before the cut.
        while (link.IsDeaf && !link.IsClosed)
            await Task.Delay(10);
    }

    private sealed class Link(TcpClient client, TcpClient server)
    {
        public TcpClient Client => client;

        public TcpClient Server => server;

        public volatile bool IsDeaf;

        public volatile bool IsClosed;

        public void Close()
        {
            IsClosed = true;
            client.Close();
            server.Close();
        }
    }
}
