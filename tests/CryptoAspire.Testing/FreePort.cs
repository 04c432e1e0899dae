using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.Testing;

/// <summary>TCP ports for test servers that must know their number before they start.</summary>
public static class FreePort
{
    private static readonly HashSet<int> HandedOut = [];
    private static readonly Lock Gate = new();

    /// <summary>A loopback port that nobody listens on now and that this test process has not handed out before.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                if (HandedOut.Add(port)) return port;
            }
        }
    }
}
