using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Server;
using CryptoAspire.LocalKafka.Telemetry;
using CryptoAspire.LocalKafka.Transactions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.LocalKafka;

/// <summary>A broker in this process: the executable runs one, tests run as many as they like.</summary>
public sealed class BrokerHost : IAsyncDisposable
{
    /// <summary>
    /// Bytes that the transport buffers for one connection: small, because ten thousand connections have ten thousand of them.
    /// </summary>
    private const int ReceiveBuffer = 64 << 10;
    private const int SendBuffer = 128 << 10;

    /// <summary>SIGTERM promises 5 s in all.</summary>
    private static readonly TimeSpan ConnectionGrace = TimeSpan.FromSeconds(1);

    private readonly LogStore _store;
    private readonly GroupCoordinator _groups;
    private readonly TransactionCoordinator _transactions;
    private readonly BrokerMetrics _metrics;
    private readonly KafkaConnectionHandler _connections;
    private readonly WebApplication _server;
    private int _ended;

    private BrokerHost(
        BrokerOptions options, LogStore store, GroupCoordinator groups, TransactionCoordinator transactions, BrokerMetrics metrics,
        KafkaConnectionHandler connections, WebApplication server)
    {
        (Options, _store, _groups, _transactions, _metrics, _connections, _server) = (options, store, groups, transactions, metrics, connections, server);
    }

    public BrokerOptions Options { get; }

    /// <summary>Port of the Kafka listener.</summary>
    public int Port { get; private set; }

    /// <summary>Port of /health and /metrics; null when off.</summary>
    public int? HttpPort { get; private set; }

    /// <summary>What a client takes as bootstrap.servers.</summary>
    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"{Options.Bind}:{Port}");

    /// <summary>Takes connections of any transport; tests bring their own.</summary>
    internal KafkaConnectionHandler Connections => _connections;

    /// <summary>The log behind it, for tests that look inside.</summary>
    internal LogStore Store => _store;

    /// <summary>What opening the data directory found.</summary>
    public RecoveryReport Recovery => _store.Recovery;

    /// <summary>Opens the data directory, recovers, listens.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="fileSystem">Null = the machine's.</param>
    /// <param name="loggers">Null = no log.</param>
    /// <param name="time">Null = the machine's clock.</param>
    /// <exception cref="BrokerStartException">It cannot start; the message says why, its code is the process's exit code.</exception>
    public static async Task<BrokerHost> StartAsync(
        BrokerOptions options, IFileSystem? fileSystem = null, ILoggerFactory? loggers = null, TimeProvider? time = null, CancellationToken cancel = default)
    {
        loggers ??= NullLoggerFactory.Instance;
        time ??= TimeProvider.System;

        // 1. The port first: it is quick to see, and nothing has been touched yet.
        ProbePort(options, options.Port, "port");
        ProbePort(options, options.HttpPort, "http-port");

        // 2. The data.
        var store = OpenStore(options, fileSystem, time, loggers);
        BrokerHost? host = null;
        try
        {
            // 3. The coordinators and the APIs.
            var metrics = new BrokerMetrics();
            var groups = new GroupCoordinator(
                store.OpenCoordinatorLog("groups"), new GroupLimits((int)options.GroupInitialRebalanceDelay.TotalMilliseconds), options.OffsetsRetention, time,
                loggers.CreateLogger<GroupCoordinator>());
            var transactions = new TransactionCoordinator(
                store.OpenCoordinatorLog("transactions"), store, groups, (int)options.TransactionMaxTimeout.TotalMilliseconds, TimeSpan.FromDays(7), time,
                loggers.CreateLogger<TransactionCoordinator>());
            var broker = new Broker(options, store, groups, transactions, metrics, time);
            var memory = new FrameMemory(options.FrameMemoryBytes);
            var connections = new KafkaConnectionHandler(
                new ApiTable(broker, loggers.CreateLogger<ApiTable>()), options, memory, metrics, time, loggers.CreateLogger<KafkaConnectionHandler>());
            Observe(metrics, store, groups, memory);

            // 4. The listeners.
            ListenOptions? kafka = null, http = null;
            var server = BuildServer(options, loggers, connections, (k, h) => (kafka, http) = (k, h));
            host = new BrokerHost(options, store, groups, transactions, metrics, connections, server);
            HttpEndpoints.Map(server, broker, host, time);
            await server.StartAsync(cancel).ConfigureAwait(false);
            host.Port = kafka!.IPEndPoint!.Port;
            host.HttpPort = http?.IPEndPoint?.Port;
            if (broker.AdvertisedPort == 0)
                broker.AdvertisedPort = host.Port;

            // 5. The first client must not wait for the JIT.
            await WarmUp.RunAsync(options.Bind, host.Port, cancel).ConfigureAwait(false);
            return host;
        }
        catch (Exception e)
        {
            if (host is not null)
                await host.StopAsync().ConfigureAwait(false);
            else
                await store.DisposeAsync().ConfigureAwait(false);
            if (e is IOException { InnerException: AddressInUseException })
                throw PortInUse(options.Port, "port", e);
            if (host is null && Explain(e, Path.GetFullPath(options.Data)) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <summary>Stops cleanly: parked requests end, connections close, everything is flushed, the next start is fast.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        await CloseConnectionsAsync(ConnectionGrace).ConfigureAwait(false);
        await _transactions.DisposeAsync().ConfigureAwait(false);
        await _groups.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    /// <summary>Dies like a killed process: nothing is flushed, no mark of a clean shutdown is left. For tests.</summary>
    public async Task AbortAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _store.Abort();
        await CloseConnectionsAsync(TimeSpan.Zero).ConfigureAwait(false);
        await _transactions.DisposeAsync().ConfigureAwait(false);
        await _groups.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task CloseConnectionsAsync(TimeSpan grace)
    {
        await _connections.StopAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(grace);
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    private static LogStore OpenStore(BrokerOptions options, IFileSystem? fileSystem, TimeProvider time, ILoggerFactory loggers)
    {
        var log = new LogStoreOptions
        {
            DataDirectory = Path.GetFullPath(options.Data),
            Flush = options.Flush,
            FlushInterval = options.FlushInterval,
            TopicDefaults = new Dictionary<string, string>
            {
                ["retention.ms"] = Text(options.RetentionHours < 0 ? -1 : options.RetentionHours * 3_600_000L),
                ["retention.bytes"] = Text(options.RetentionBytes),
                ["segment.bytes"] = Text(options.SegmentBytes),
                ["max.message.bytes"] = Text(options.MaxMessageBytes),
            },
        };
        try
        {
            return LogStore.Open(log, fileSystem, time, loggers.CreateLogger<LogStore>());
        }
        catch (Exception e) when (Explain(e, log.DataDirectory) is { } explained)
        {
            throw explained;
        }

        static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What a failure to open or load the data means to the one who started the broker; null = a fault of ours.</summary>
    private static BrokerStartException? Explain(Exception e, string directory) => e switch
    {
        DataDirectoryLockedException => new BrokerStartException(ExitCode.DataLocked, e.Message, e),
        UnknownDataVersionException => new BrokerStartException(ExitCode.UnknownDataVersion, e.Message, e),
        InvalidDataException => new BrokerStartException(ExitCode.UnknownDataVersion, $"{directory}: {e.Message}", e),
        _ when StorageErrors.IsDiskFull(e) => new BrokerStartException(
            ExitCode.DiskFull, $"No space left for the data directory {directory}: free some or choose another --data. ({e.Message})", e),
        IOException or UnauthorizedAccessException => new BrokerStartException(
            ExitCode.DataUnusable, $"The data directory {directory} cannot be used: {e.Message}", e),
        _ => null,
    };

    private static WebApplication BuildServer(
        BrokerOptions options, ILoggerFactory loggers, KafkaConnectionHandler connections, Action<ListenOptions, ListenOptions?> bound)
    {
        var address = IPAddress.Parse(options.Bind);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.MaxReadBufferSize = ReceiveBuffer;
            sockets.MaxWriteBufferSize = SendBuffer;
            sockets.Backlog = 4096;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ListenOptions? http = null;
            kestrel.Listen(address, options.Port, listener =>
            {
                listener.Use(_ => connections.OnConnectedAsync);
                bound(listener, http);
                if (options.HttpPort >= 0)
                    kestrel.Listen(address, options.HttpPort, web =>
                    {
                        web.Protocols = HttpProtocols.Http1;
                        bound(listener, web);
                    });
            });
        });
        return builder.Build();
    }

    private static void Observe(BrokerMetrics metrics, LogStore store, GroupCoordinator groups, FrameMemory memory)
    {
        metrics.RecordsIn = () => store.Counters.Records;
        metrics.RecordBytesIn = () => store.Counters.Bytes;
        metrics.Topics = () => store.Topics.Count;
        metrics.Partitions = () => store.Topics.Sum(t => t.Partitions.Count);
        metrics.LogBytes = () => store.Topics.Sum(t => t.Partitions.Sum(p => p.SizeInBytes));
        metrics.Groups = () => groups.GroupCount;
        metrics.FrameBytes = () => memory.HeldBytes;
        store.Counters.Synced = metrics.Fsync;
    }

    private static void ProbePort(BrokerOptions options, int port, string option)
    {
        if (port <= 0)
            return;
        var address = IPAddress.Parse(options.Bind);
        using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(address, port));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw PortInUse(port, option, e);
        }
        catch (SocketException e)
        {
            // Not an address of this machine, or a port that needs rights.
            throw new BrokerStartException(ExitCode.Usage, $"Cannot listen on {options.Bind}:{port}: {e.Message}: choose another --bind or --{option}.", e);
        }
    }

    private static BrokerStartException PortInUse(int port, string option, Exception cause) => new(
        ExitCode.PortInUse, $"Port {port} is in use by {PortOwner.Describe(port) ?? "another process"}: stop it or choose another --{option}.", cause);

    /// <summary>The process's owner decides about signals, not the server.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
