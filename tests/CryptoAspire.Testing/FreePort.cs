using System.Net;
using System.Net.Sockets;

namespace CryptoAspire.Testing;

/// <summary>TCP ports for test servers that must know their number before they start.</summary>
public static class FreePort
{
    private static readonly HashSet<int> HandedOut = [];
    private static readonly Lock Gate = new();

    // Below the range of outgoing connections (net.ipv4.ip_local_port_range), one of which could take the port before the server does.
    private const int Lowest = 10_000, LowestOutgoing = 32_768;

    /// <summary>A loopback port that nobody listens on now and that this test process has not handed out before.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                int port = Random.Shared.Next(Lowest, LowestOutgoing);
                if (IsFree(port) && HandedOut.Add(port)) return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
