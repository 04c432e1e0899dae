using System.Runtime.InteropServices;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>Runs the broker until SIGTERM or SIGINT. Whatever prevents it is one line on stderr and an <see cref="ExitCode"/>.</summary>
internal static class Serve
{
    public static async Task<int> RunAsync(IReadOnlyDictionary<string, string> commandLine)
    {
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
                .AddEnvironmentVariables()
                .Build();
            return await RunAsync(OptionCatalog.Read(configuration, commandLine)).ConfigureAwait(false);
        }
        catch (OptionException e)
        {
            return Fail(ExitCode.Usage, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return Fail(ExitCode.Usage, $"appsettings.json: {(e.InnerException ?? e).Message}");
        }
        catch (BrokerStartException e)
        {
            return Fail(e.Code, e.Message);
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"LocalKafka failed, which is a fault of its own: {e}").ConfigureAwait(false);
            return (int)ExitCode.Fault;
        }
    }

    private static async Task<int> RunAsync(BrokerOptions options)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.TrySetResult();
        }
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        using var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft", LogLevel.None) // what goes wrong at the start is told below, in one line
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.UseUtcTimestamp = true;
            })
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var broker = await BrokerHost.StartAsync(options, loggers: loggers).ConfigureAwait(false);
        await using (broker.ConfigureAwait(false))
        {
            var http = broker.HttpPort is { } port ? $", http://{options.Bind}:{port}/health" : "";
            Console.WriteLine($"LocalKafka listening on {broker.BootstrapServers}{http}, data {Path.GetFullPath(options.Data)}: {broker.Recovery}");
            await stopping.Task.ConfigureAwait(false);
        }
        return (int)ExitCode.Ok;
    }

    private static int Fail(ExitCode code, string message)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return (int)code;
    }
}
