using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;

namespace CryptoAspire.Dashboard.Hubs;

/// <summary>
/// One browser's outgoing queue. One send is under way at a time, so a slow browser holds up nobody else; when its queue is full the
/// connection is closed, and the browser comes back to a fresh snapshot.
/// </summary>
public sealed partial class Subscriber : IAsyncDisposable
{
    private const int Capacity = 512;

    private readonly Channel<HubMessage> _queue = Channel.CreateBounded<HubMessage>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Task _pump;
    private readonly Action _abort;
    private readonly ILogger _logger;
    private readonly string _connectionId;

    public Subscriber(string connectionId, ISingleClientProxy client, Action abort, ILogger logger)
    {
        _connectionId = connectionId;
        _abort = abort;
        _logger = logger;
        _pump = PumpAsync(client);
    }

    /// <summary>The channels that this connection joined; touched by its own hub calls only, which SignalR runs one at a time.</summary>
    public Dictionary<string, HubChannel> Joined { get; } = new(StringComparer.Ordinal);

    public void Enqueue(in HubMessage message)
    {
        if (_queue.Writer.TryWrite(message) || !_queue.Writer.TryComplete())
            return;
        LogTooSlow(_connectionId, Capacity);
        _abort();
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _pump;
    }

    private async Task PumpAsync(ISingleClientProxy client)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync())
                await client.SendAsync("update", message.Channel, message.Sequence, message.Payload);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The connection went away under the send; its disconnect takes it out of the channels.
            _queue.Writer.TryComplete();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Connection {ConnectionId} fell {Capacity} updates behind and was closed; it rejoins from a snapshot.")]
    private partial void LogTooSlow(string connectionId, int capacity);
}
