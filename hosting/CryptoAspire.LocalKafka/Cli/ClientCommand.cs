using System.CommandLine;
using System.Net.Sockets;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>What the commands that ask a running broker share.</summary>
internal static class ClientCommand
{
    /// <summary>A command takes no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Option<string> Bootstrap() => new("--bootstrap") { Description = "host:port of the broker. Default: 127.0.0.1:9092.", DefaultValueFactory = _ => "127.0.0.1:9092" };

    /// <summary>Connects, runs, and turns what goes wrong into one line and an exit code.</summary>
    public static async Task<int> RunAsync(string bootstrap, Func<BrokerClient, CancellationToken, Task<int>> run)
    {
        if (bootstrap.Split(':') is not [{ Length: > 0 } host, var text] || !ushort.TryParse(text, out var port))
            return Fail(ExitCode.Usage, $"--bootstrap {bootstrap}: give host:port, such as 127.0.0.1:9092.");
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var client = await BrokerClient.ConnectAsync(host, port, patience.Token).ConfigureAwait(false);
            return await run(client, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return Fail(ExitCode.NotFound, $"No answer from a broker at {bootstrap} ({e.Message.TrimEnd('.')}): start one or give --bootstrap.");
        }
    }

    public static int Fail(ExitCode code, string message)
    {
        Console.Error.WriteLine(message);
        return (int)code;
    }
}
