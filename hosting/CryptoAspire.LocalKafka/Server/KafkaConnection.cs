using System.Net;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>One client connection: read a request, answer it, read the next. Order is kept because nothing runs beside.</summary>
internal sealed class KafkaConnection : IFrameHolder, IDisposable
{
    private readonly ConnectionContext _connection;
    private readonly ApiTable _apis;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _gone;
    private readonly CancellationToken _stopping;
    private readonly FrameReader _frames;
    private readonly CountingWriter _output;
    private readonly RequestContext _context;
    private long _progressTicks;
    private volatile ConnectionPhase _phase;

    public KafkaConnection(
        ConnectionContext connection, ApiTable apis, BrokerOptions options, FrameMemory memory, BrokerMetrics metrics, TimeProvider time, CancellationToken stopping)
    {
        (_connection, _apis, _metrics, _time) = (connection, apis, metrics, time);
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        // A client that has left may have sent requests before (acks=0 and goodbye): the reading ends with its stream, not with it.
        _ending = CancellationTokenSource.CreateLinkedTokenSource(closing, stopping);
        _gone = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, _ending.Token);
        _stopping = _ending.Token;
        _frames = new FrameReader(connection.Transport.Input, memory, this, options.MaxFrameBytes, Progress);
        _output = new CountingWriter(connection.Transport.Output, metrics.BytesOut, () => Enter(ConnectionPhase.Sending));
        _context = new RequestContext(_output, (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() is { } ip ? $"/{ip}" : "", _gone.Token);
        Progress();
    }

    public string Id => _connection.ConnectionId;

    /// <summary>What the connection waits for; the reaper judges by it.</summary>
    public ConnectionPhase Phase => _phase;

    /// <summary>Timestamp of <see cref="TimeProvider"/> when something last moved.</summary>
    public long ProgressTimestamp => Volatile.Read(ref _progressTicks);

    long IFrameHolder.HeldBytes { get; set; }

    bool IFrameHolder.Evicted { get; set; }

    LinkedListNode<IFrameHolder>? IFrameHolder.Receiving { get; set; }

    public void Evict() => Abort("its half-received request was in the way of others (--frame-memory-bytes)");

    public void Abort(string reason) => _connection.Abort(new ConnectionAbortedException(reason));

    /// <summary>Serves the connection until the client leaves or the broker stops.</summary>
    /// <exception cref="ProtocolException">The client sent what no client sends.</exception>
    public async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Enter(ConnectionPhase.Idle);
            try
            {
                var (found, frame) = await _frames.ReadAsync(_stopping).ConfigureAwait(false);
                if (!found)
                    return;
                _metrics.BytesIn.Add(frame.Length + 4);
                Enter(ConnectionPhase.Handling);
                if (!await HandleAsync(frame).ConfigureAwait(false))
                    return;
            }
            finally
            {
                _frames.Release();
            }
        }
    }

    public void Dispose()
    {
        _gone.Dispose();
        _ending.Dispose();
    }

    private async ValueTask<bool> HandleAsync(ReadOnlyMemory<byte> frame)
    {
        if (!await _apis.DispatchAsync(frame, _context).ConfigureAwait(false))
            return false;
        return await _output.FlushAsync().ConfigureAwait(false);
    }

    private void Enter(ConnectionPhase phase)
    {
        Progress();
        _phase = phase;
    }

    private void Progress()
    {
        Volatile.Write(ref _progressTicks, _time.GetTimestamp());
        if (_phase == ConnectionPhase.Idle)
            _phase = ConnectionPhase.Receiving;
    }
}
