using System.Net.WebSockets;
using CryptoAspire.Market;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>One connection to a venue from beginning to end: connect, subscribe channel by channel, read, and notice when it is of no use any more.</summary>
internal sealed partial class VenueConnection
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5), SendLimit = TimeSpan.FromSeconds(2), Beat = TimeSpan.FromMilliseconds(100), CalmBeat = TimeSpan.FromMilliseconds(250), LongHandling = TimeSpan.FromSeconds(1);

    private readonly IVenue venue;
    private readonly FeedLines lines;
    private readonly FeedSettings settings;
    private readonly FeedSink sink;
    private readonly FeedStatus status;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly SubscriptionBook book;
    private readonly FeedFrame frame = new();
    private readonly ChannelSilence silence;
    private readonly CancellationTokenSource leaving = new();
    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously), closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool isSuccessor;
    private IReadOnlyList<VenueInstrument> instruments;
    private long? sequence;

    /// <param name="isSuccessor">Another connection for the same instruments flows still: nothing has been missed.</param>
    public VenueConnection(IVenue venue, IReadOnlyList<VenueInstrument> instruments, FeedLines lines, FeedSettings settings, FeedSink sink, FeedStatus status,
        TimeProvider clock, ILogger logger, bool isSuccessor)
    {
        this.venue = venue;
        this.instruments = instruments;
        this.lines = lines;
        this.settings = settings;
        this.sink = sink;
        this.status = status;
        this.clock = clock;
        this.logger = logger;
        this.isSuccessor = isSuccessor;
        var channels = settings.ChannelsOf(venue);
        book = new SubscriptionBook(venue, channels, status, clock);
        silence = new ChannelSilence(channels, book, clock);
        book.Add(instruments);
    }

    /// <summary>Completes when all subscriptions are answered and trades flow.</summary>
    public Task Settled => settled.Task;

    /// <summary>Completes when the venue announces that it will cut the connection.</summary>
    public Task Closing => closing.Task;

    /// <summary>Ends the connection; its <see cref="RunAsync"/> returns.</summary>
    public void Leave() => leaving.Cancel();

    /// <summary>Follows further instruments from now on.</summary>
    public void Add(IReadOnlyList<VenueInstrument> more)
    {
        instruments = [.. instruments, .. more];
        book.Add(more);
    }

    public void Remove(IReadOnlyList<VenueInstrument> fewer)
    {
        instruments = [.. instruments.Except(fewer)];
        book.Remove(fewer);
    }

    /// <summary>Returns why it ended.</summary>
    public async Task<string> RunAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, leaving.Token);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("User-Agent", "CryptoAspire/1.0");

        // 1. Connect.
        using (var limit = new CancellationTokenSource(ConnectLimit, clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ended.Token))
        {
            try
            {
                await socket.ConnectAsync(venue.SocketAddress(instruments), either.Token);
                if (!isSuccessor)
                    foreach (var instrument in instruments)
                        if (lines.Find(instrument.Id) is { } line) await line.Trades.HoldAsync(either.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                return $"no connection within {ConnectLimit.TotalSeconds:0} s";
            }
        }

        // 2. Read until it ends; beside it requests are sent and silence is watched.
        var reader = new SocketReader(socket, clock);
        var reading = ReadAsync(reader, ended.Token, stopping);
        var watching = WatchAsync(socket, reader, ended.Token);
        var first = await Task.WhenAny(reading, watching);
        await ended.CancelAsync();
        if (leaving.IsCancellationRequested && !stopping.IsCancellationRequested) await FarewellAsync(socket);
        socket.Abort();
        await Task.WhenAll(reading, watching).ContinueWith(_ => { }, TaskScheduler.Default);
        if (leaving.IsCancellationRequested) return "left";
        return await (Task<string>)first;
    }

    private async Task<string> ReadAsync(SocketReader reader, CancellationToken connection, CancellationToken lifetime)
    {
        while (await reader.ReadAsync(connection) is var (message, truncated))
        {
            var receivedUs = UnixMicroseconds.Of(clock.GetUtcNow());
            status.CountMessage(receivedUs);
            if (truncated)
            {
                await sink.RejectAsync(message, $"message larger than {SocketReader.MaxMessageBytes} bytes", receivedUs, connection);
                continue;
            }
            sink.Capture(message.Span, receivedUs);
            venue.Parse(message.Span, frame);
            var began = clock.GetTimestamp();
            await TakeAsync(receivedUs, connection, lifetime);
            if (frame.Reason is { } reason) await sink.RejectAsync(message, reason, receivedUs, connection);
            if (clock.GetElapsedTime(began) > LongHandling) silence.Forgive();
        }
        return "the server closed the connection";
    }

    private async ValueTask TakeAsync(long receivedUs, CancellationToken connection, CancellationToken lifetime)
    {
        // 1. Is the connection itself complete?
        if (frame.Sequence is { } number) CheckSequence(number);
        if (frame.Channel is { SilenceLimit: not null } channel) silence.Hear(channel);
        if (frame.IsClosing) closing.TrySetResult();

        // 2. What it brought. Batches may print the newest trade first.
        if (frame.Trades.Count > 1) frame.Trades.Sort(venue.Venue.ContiguousTradeIds ? ById : ByTime);
        foreach (var trade in frame.Trades)
            if (lines.Find(trade.InstrumentId) is { } line) await line.Trades.AcceptAsync(trade, receivedUs, connection, lifetime);
        foreach (var ticker in frame.Tickers)
            if (lines.Find(ticker.InstrumentId) is { } line) await sink.TickerAsync(line.Instrument, ticker, receivedUs, connection);
        foreach (var promise in frame.Promises)
            if (lines.Find(promise.InstrumentId) is { } line) await line.Trades.PromiseAsync(promise.LastTradeId, lifetime);
        foreach (var kline in frame.Klines)
            if (lines.Find(kline.InstrumentId) is { } line) sink.Kline(line.Instrument, kline);
        foreach (var state in frame.States)
            if (lines.Find(state.InstrumentId) is not null) status.Halt(state);

        // 3. What it says of our requests.
        foreach (var answer in frame.Answers)
        {
            if (answer.Refusal is { } refusal) LogRefused(status.Venue, refusal);
            foreach (var instrument in book.Take(answer))
                if (!isSuccessor && lines.Find(instrument.Id) is { } line) await line.Trades.ReconcileAsync(lifetime);
        }
        if (!settled.Task.IsCompleted && book.IsSettled) settled.TrySetResult();
    }

    private static readonly Comparison<VenueTrade> ById = static (a, b) => a.TradeId.CompareTo(b.TradeId);
    private static readonly Comparison<VenueTrade> ByTime = static (a, b) => (a.EventTimeUs, a.TradeId).CompareTo((b.EventTimeUs, b.TradeId));

    /// <summary>A jump proves that messages are missing, of whatever channel and product; a connection may be joined at any number.</summary>
    private void CheckSequence(long number)
    {
        if (sequence is { } last && number > last + 1)
        {
            status.CountSequenceBreak();
            LogSequenceBreak(status.Venue, last, number);
            book.AskAgain();
        }
        if (!(number <= sequence)) sequence = number;
    }

    /// <summary>Ends when the connection should be given up, with the reason.</summary>
    private async Task<string> WatchAsync(ClientWebSocket socket, SocketReader reader, CancellationToken connection)
    {
        var probed = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Beat, clock);
        // With nothing to ask for, silence is all there is to see.
        var calm = TimeSpan.FromTicks(Math.Max(Beat.Ticks, Math.Min(CalmBeat.Ticks, settings.SilenceLimit.Ticks / 32)));
        while (true)
        {
            // 1. Requests that are due. While a message waits for room in our own queue nothing is asked: its answer would wait too.
            if (book.Failure is { } failure) return failure;
            if (reader.IsWaiting && book.Next() is { } request
                && !await TrySendAsync(socket, venue.Request(request.Channel, request.Instruments, request.Subscribes, request.Id), connection)) return "the server does not read";

            // 2. Silence: of the socket, or of a channel that speaks by the clock.
            if (reader.Silence > settings.SilenceLimit) return $"silent for {settings.SilenceLimit.TotalSeconds:0.#} s";
            if (reader.Silence > settings.ProbeAfter && clock.GetElapsedTime(probed) > TimeSpan.FromSeconds(1) && venue.Probe is { } probe)
            {
                probed = clock.GetTimestamp();
                if (!await TrySendAsync(socket, probe, connection)) return "the server does not read";
            }
            // Messages that wait for us are not the venue's silence.
            if (reader.IsWaiting && silence.Find() is { } channel) return $"{channel.Name} silent for {channel.SilenceLimit!.Value.TotalSeconds:0.#} s";
            timer.Period = book.IsIdle ? calm : Beat;
            if (!await timer.WaitForNextTickAsync(connection)) return "stopped";
        }
    }

    /// <summary>A dead peer's full buffers must not stop the watch itself.</summary>
    private async Task<bool> TrySendAsync(ClientWebSocket socket, ReadOnlyMemory<byte> message, CancellationToken connection)
    {
        using var limit = new CancellationTokenSource(SendLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, true, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!connection.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A close frame, as good manners want it.</summary>
    private static async Task FarewellAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // It is over either way.
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Venue}: a request was refused: {Reason}")]
    private partial void LogRefused(string venue, string reason);

    [LoggerMessage(LogLevel.Warning, "{Venue}: message {Number} follows {Last}: what is missing between is asked for again")]
    private partial void LogSequenceBreak(string venue, long last, long number);
}
