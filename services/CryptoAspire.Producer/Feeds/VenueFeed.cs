using System.Net.WebSockets;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// Reads one venue for ever: connect, subscribe, find out what was missed, read, and begin again when the socket breaks, stays silent or
/// the subscription is not confirmed.
/// </summary>
internal sealed partial class VenueFeed
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5), ConfirmLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(15);

    private readonly IVenue venue;
    private readonly FeedSettings settings;
    private readonly FeedMode mode;
    private readonly IReadOnlyDictionary<string, long> recovered;
    private readonly FeedSink sink;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Dictionary<string, (VenueInstrument Instrument, TradeSequencer Sequencer)> instruments = new(StringComparer.Ordinal);

    /// <param name="recovered">Highest trade id per canonical symbol that Bronze already has from this source.</param>
    public VenueFeed(IVenue venue, FeedSettings settings, FeedMode mode, IReadOnlyDictionary<string, long> recovered, FeedSink sink, FeedStatus status,
        TimeProvider clock, ILogger<VenueFeed> logger)
    {
        this.venue = venue;
        this.settings = settings;
        this.mode = mode;
        this.recovered = recovered;
        this.sink = sink;
        this.clock = clock;
        this.logger = logger;
        Status = status;
    }

    public FeedStatus Status { get; }

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(
        KeepConnectedAsync(stopping), new GapCloser(venue, sink, Status, clock, logger).RunAsync(id => instruments[id].Instrument, stopping));

    private async Task KeepConnectedAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry);
        while (!stopping.IsCancellationRequested)
        {
            Status.Enter("connecting");
            var state = "waiting";
            string problem;
            try
            {
                if (instruments.Count == 0) await FindInstrumentsAsync(stopping);
                if (instruments.Count == 0 && mode == FeedMode.Replay)
                {
                    Status.Enter("no instruments", "the capture has nothing of this venue");
                    return;
                }
                if (instruments.Count > 0) problem = await ReadConnectionAsync(backoff, stopping);
                else (state, problem) = ("no instruments", "the venue lists none of the wanted products");
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                problem = e.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            var wait = backoff.Next();
            Status.Enter(state, problem);
            Status.CountReconnect();
            LogDisconnected(Status.Venue, problem, wait);
            await Task.Delay(wait, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task FindInstrumentsAsync(CancellationToken stopping)
    {
        var quote = venue.Venue == Venue.Binance ? "USDT" : "USD";
        foreach (var instrument in await venue.InstrumentsAsync(stopping))
        {
            var isWanted = mode == FeedMode.Replay || (instrument.Symbol.Quote == quote && settings.Coins.Contains(instrument.Symbol.Base, StringComparer.OrdinalIgnoreCase));
            if (!isWanted) continue;
            long? newest = recovered.TryGetValue(instrument.Symbol.Name, out var id) ? id : null;
            var sequencer = new TradeSequencer(instrument, venue, newest, RepairPolicy.For(mode),
                (trade, receivedUs, cancellation) => sink.TradeAsync(instrument, trade, receivedUs, cancellation), Status, clock, logger);
            instruments.Add(instrument.Id, (instrument, sequencer));
        }
        Status.Instruments = [.. instruments.Keys];
    }

    /// <summary>One connection from beginning to end; returns why it ended.</summary>
    private async Task<string> ReadConnectionAsync(Backoff backoff, CancellationToken stopping)
    {
        using var socket = new ClientWebSocket();
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        socket.Options.SetRequestHeader("User-Agent", "CryptoAspire/1.0");
        var wanted = instruments.Values.Select(i => i.Instrument).ToList();

        // 1. Connect and subscribe.
        using (var limit = new CancellationTokenSource(ConnectLimit, clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping))
        {
            try
            {
                await socket.ConnectAsync(venue.SocketAddress(wanted), either.Token);
                foreach (var (_, sequencer) in instruments.Values) await sequencer.HoldAsync(either.Token);
                await socket.SendAsync(venue.Subscription(wanted), WebSocketMessageType.Text, true, either.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return $"no connection within {ConnectLimit.TotalSeconds:0} s";
            }
        }

        // 2. Read until it ends, with a watch on its silence.
        var reader = new SocketReader(socket, clock);
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadMessagesAsync(reader, confirmed, connection.Token, stopping);
        var watching = WatchAsync(socket, reader, confirmed.Task, connection.Token);
        _ = confirmed.Task.ContinueWith(_ => backoff.Reset(), TaskScheduler.Default);
        var first = await Task.WhenAny(reading, watching);
        await connection.CancelAsync();
        socket.Abort();
        await Task.WhenAll(reading, watching).ContinueWith(_ => { }, TaskScheduler.Default);
        return await (Task<string>)first;
    }

    private async Task<string> ReadMessagesAsync(SocketReader reader, TaskCompletionSource confirmed, CancellationToken connection, CancellationToken lifetime)
    {
        while (await reader.ReadAsync(connection) is var (message, truncated))
        {
            var receivedUs = UnixMicroseconds.Of(clock.GetUtcNow());
            Status.CountMessage(receivedUs);
            if (truncated)
            {
                await sink.RejectAsync(message, $"message larger than {SocketReader.MaxMessageBytes} bytes", receivedUs, connection);
                continue;
            }
            var read = venue.Parse(message.Span);
            switch (read.Kind)
            {
                case FeedMessageKind.Trade when instruments.TryGetValue(read.Trade.InstrumentId, out var found):
                    await found.Sequencer.AcceptAsync(read.Trade, receivedUs, connection, lifetime);
                    break;
                case FeedMessageKind.Ticker when instruments.TryGetValue(read.Ticker.InstrumentId, out var found):
                    await sink.TickerAsync(found.Instrument, read.Ticker, receivedUs, connection);
                    break;
                case FeedMessageKind.Heartbeat when instruments.TryGetValue(read.Heartbeat.InstrumentId, out var found):
                    await found.Sequencer.PromiseAsync(read.Heartbeat.LastTradeId, lifetime);
                    break;
                case FeedMessageKind.Subscribed:
                    await ConfirmAsync(read.Subscriptions!, confirmed, lifetime);
                    break;
                case FeedMessageKind.Refused:
                    LogRefused(Status.Venue, read.Reason!);
                    break;
                case FeedMessageKind.Invalid:
                    await sink.RejectAsync(message, read.Reason!, receivedUs, connection);
                    break;
            }
        }
        return "the server closed the connection";
    }

    private async ValueTask ConfirmAsync(IReadOnlyList<string> subscriptions, TaskCompletionSource confirmed, CancellationToken lifetime)
    {
        if (confirmed.Task.IsCompleted || subscriptions.Count < instruments.Count) return;
        confirmed.TrySetResult();
        Status.Enter("connected");
        LogConnected(Status.Venue, instruments.Count);
        foreach (var (_, sequencer) in instruments.Values) await sequencer.ReconcileAsync(lifetime);
    }

    /// <summary>Ends when the connection should be given up, with the reason.</summary>
    private async Task<string> WatchAsync(ClientWebSocket socket, SocketReader reader, Task confirmed, CancellationToken connection)
    {
        var opened = clock.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(connection))
        {
            if (!confirmed.IsCompleted && reader.Silence > TimeSpan.Zero && clock.GetElapsedTime(opened) > ConfirmLimit) return "the subscription was not confirmed";
            if (reader.Silence > settings.SilenceLimit) return $"silent for {settings.SilenceLimit.TotalSeconds:0} s";
            if (reader.Silence > settings.ProbeAfter && venue.Probe is { } probe)
            {
                // A dead peer's full buffers must not stop the watch itself.
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection);
                try
                {
                    await socket.SendAsync(probe, WebSocketMessageType.Text, true, either.Token);
                }
                catch (OperationCanceledException) when (!connection.IsCancellationRequested)
                {
                    return "the server does not read";
                }
            }
        }
        return "stopped";
    }

    [LoggerMessage(LogLevel.Information, "{Venue}: connected, {Instruments} instruments")]
    private partial void LogConnected(string venue, int instruments);

    [LoggerMessage(LogLevel.Warning, "{Venue}: not connected ({Problem}); next attempt in {Wait}")]
    private partial void LogDisconnected(string venue, string problem, TimeSpan wait);

    [LoggerMessage(LogLevel.Warning, "{Venue}: a request was refused: {Reason}")]
    private partial void LogRefused(string venue, string reason);
}
