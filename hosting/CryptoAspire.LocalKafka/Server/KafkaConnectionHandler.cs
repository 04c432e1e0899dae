using System.Collections.Concurrent;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>Kestrel's entry: accepts connections, watches that none of them waits for ever, ends them all when the broker stops.</summary>
internal sealed partial class KafkaConnectionHandler : ConnectionHandler, IAsyncDisposable
{
    private static readonly TimeSpan InspectionInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KafkaConnection> _connections = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ApiTable _apis;
    private readonly BrokerOptions _options;
    private readonly FrameMemory _memory;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _inspection;

    public KafkaConnectionHandler(
        ApiTable apis, BrokerOptions options, FrameMemory memory, BrokerMetrics metrics, TimeProvider time, ILogger<KafkaConnectionHandler> logger)
    {
        (_apis, _options, _memory, _metrics, _time, _logger) = (apis, options, memory, metrics, time, logger);
        metrics.Connections = () => _connections.Count;
        _inspection = time.CreateTimer(_ => Inspect(), null, InspectionInterval, InspectionInterval);
    }

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (_connections.Count >= _options.MaxConnections)
        {
            LogTooMany(_logger, _options.MaxConnections);
            connection.Abort(new ConnectionAbortedException("--max-connections reached"));
            return;
        }

        using var client = new KafkaConnection(connection, _apis, _options, _memory, _metrics, _time, _stopping.Token);
        _connections[client.Id] = client;
        _metrics.ConnectionsAccepted.Add(1);
        try
        {
            await client.RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client left, or the broker stops.
        }
        catch (ProtocolException e)
        {
            _metrics.ProtocolErrors.Add(1);
            LogProtocolError(_logger, connection.RemoteEndPoint?.ToString(), e.Message);
            connection.Abort(new ConnectionAbortedException(e.Message));
        }
        catch (FrameMemoryException e)
        {
            LogRefused(_logger, connection.RemoteEndPoint?.ToString(), e.Message);
            connection.Abort(new ConnectionAbortedException(e.Message));
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or IOException { InnerException: System.Net.Sockets.SocketException })
        {
            // The client vanished in the middle of something.
        }
        catch (Exception e)
        {
            _metrics.Faults.Add(1);
            LogFault(_logger, e, connection.RemoteEndPoint?.ToString());
            connection.Abort(new ConnectionAbortedException("internal fault"));
        }
        finally
        {
            _connections.TryRemove(client.Id, out _);
        }
    }

    /// <summary>Wakes every parked request and ends the loops; sockets are closed by Kestrel.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _inspection.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    private void Inspect()
    {
        foreach (var connection in _connections.Values)
        {
            var (limit, reason) = connection.Phase switch
            {
                ConnectionPhase.Idle => (_options.IdleTimeout, "idle (--idle-timeout-ms)"),
                ConnectionPhase.Receiving => (_options.ReceiveTimeout, "half a request and no more (--receive-timeout-ms)"),
                ConnectionPhase.Sending => (_options.SendTimeout, "does not take its response (--send-timeout-ms)"),
                _ => (Timeout.InfiniteTimeSpan, ""),
            };
            if (limit == Timeout.InfiniteTimeSpan || _time.GetElapsedTime(connection.ProgressTimestamp) < limit)
                continue;
            _metrics.ConnectionsDropped.Add(1);
            LogDropped(_logger, connection.Id, reason);
            connection.Abort(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "connection from {Client} closed: {Problem}")]
    private static partial void LogProtocolError(ILogger logger, string? client, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "connection from {Client} closed: {Problem}")]
    private static partial void LogRefused(ILogger logger, string? client, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "connection from {Client} closed after a fault of the broker")]
    private static partial void LogFault(ILogger logger, Exception e, string? client);

    [LoggerMessage(Level = LogLevel.Information, Message = "connection {Connection} dropped: {Reason}")]
    private static partial void LogDropped(ILogger logger, string connection, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "connection refused: {Limit} are open (--max-connections)")]
    private static partial void LogTooMany(ILogger logger, int limit);
}
