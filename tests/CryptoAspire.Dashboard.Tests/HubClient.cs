using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace CryptoAspire.Dashboard.Tests;

/// <summary>A browser's end of the hub: SignalR's JSON protocol over a WebSocket, without negotiation.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private const byte End = 0x1e;

    // Long enough for a machine on which everything else is tested at the same time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<HubUpdate> _updates = Channel.CreateUnbounded<HubUpdate>();
    private readonly Dictionary<string, TaskCompletionSource<JsonElement>> _calls = [];
    private readonly SemaphoreSlim _sending = new(1);
    private Task _receiving = Task.CompletedTask;
    private int _nextCall;

    public ChannelReader<HubUpdate> Updates => _updates.Reader;

    public static async Task<HubClient> ConnectAsync(Uri site)
    {
        var client = new HubClient();
        await client._socket.ConnectAsync(new Uri($"ws://{site.Host}:{site.Port}/hubs/market"), default);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        var answered = new TaskCompletionSource();
        client._receiving = client.ReceiveAsync(answered);
        await answered.Task.WaitAsync(Patience);
        return client;
    }

    /// <summary>Joins a channel and gives its snapshot.</summary>
    /// <exception cref="InvalidOperationException">The hub refused; the message is its reason.</exception>
    public async Task<HubUpdate> JoinAsync(string channel)
    {
        var answer = await InvokeAsync("Join", channel);
        return new HubUpdate(answer.GetProperty("channel").GetString()!, answer.GetProperty("sequence").GetInt64(), answer.GetProperty("payload"));
    }

    public Task LeaveAsync(string channel) => InvokeAsync("Leave", channel);

    /// <summary>The next update that fits; others are dropped.</summary>
    public async Task<HubUpdate> NextAsync(Func<HubUpdate, bool> fits)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var update in _updates.Reader.ReadAllAsync(limit.Token))
        {
            if (fits(update))
                return update;
        }

        throw new InvalidOperationException("The hub closed the connection.");
    }

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
    }

    private async Task<JsonElement> InvokeAsync(string method, string argument)
    {
        var id = Interlocked.Increment(ref _nextCall).ToString();
        var done = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_calls)
            _calls[id] = done;
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments = new[] { argument } }));
        return await done.Task.WaitAsync(Patience);
    }

    private async Task SendAsync(string message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync((byte[])[.. Encoding.UTF8.GetBytes(message), End], WebSocketMessageType.Text, true, default);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync(TaskCompletionSource handshake)
    {
        List<byte> frame = [];
        var buffer = new byte[16384];
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer, default);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                foreach (var b in buffer.AsSpan(0, part.Count))
                {
                    if (b != End)
                    {
                        frame.Add(b);
                        continue;
                    }

                    Take(JsonDocument.Parse(frame.ToArray()).RootElement, handshake);
                    frame.Clear();
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut off, by either side.
        }

        _updates.Writer.TryComplete();
    }

    private void Take(JsonElement message, TaskCompletionSource handshake)
    {
        if (!message.TryGetProperty("type", out var type))
        {
            handshake.TrySetResult();
            return;
        }

        switch (type.GetInt32())
        {
            case 1:
                var arguments = message.GetProperty("arguments");
                _updates.Writer.TryWrite(new HubUpdate(arguments[0].GetString()!, arguments[1].GetInt64(), arguments[2]));
                break;
            case 3:
                TaskCompletionSource<JsonElement> call;
                lock (_calls)
                    _calls.Remove(message.GetProperty("invocationId").GetString()!, out call!);
                if (message.TryGetProperty("error", out var error))
                    call.SetException(new InvalidOperationException(error.GetString()));
                else
                    call.SetResult(message.TryGetProperty("result", out var result) ? result : default);
                break;
        }
    }
}
