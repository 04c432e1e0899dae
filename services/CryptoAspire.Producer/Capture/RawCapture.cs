using System.Buffers;
using System.Threading.Channels;

namespace CryptoAspire.Producer.Capture;

/// <summary>
/// Keeps what came off the wire, for looking at and for replaying: in <c>Capture:Directory</c> one gzip file after the other for each venue, lines of
/// <c>&lt;receive time, Unix ns&gt; &lt;message&gt;</c> as the simulator's <c>Replay:Path</c> reads them. It never makes a feed wait: what it cannot take is counted and left out.
/// </summary>
public sealed partial class RawCapture(CaptureSettings settings, TimeProvider clock, ILogger<RawCapture> logger) : BackgroundService
{
    private const int Queued = 8_192;

    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(1);

    private readonly Channel<Message> queue = Channel.CreateBounded<Message>(new BoundedChannelOptions(Queued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Dictionary<string, CaptureFile> files = [];
    private int opened;
    private long written, dropped;

    /// <summary>Messages in the files.</summary>
    public long Written => Volatile.Read(ref written);

    /// <summary>Messages that came faster than the disk took them.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    public void Take(string venue, long receivedUs, ReadOnlySpan<byte> message)
    {
        var copy = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(copy);
        if (queue.Writer.TryWrite(new Message(venue, receivedUs, copy, message.Length))) return;
        ArrayPool<byte>.Shared.Return(copy);
        if (Interlocked.Increment(ref dropped) == 1) LogDropping();
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            while (await WaitAsync(stopping))
            {
                while (queue.Reader.TryRead(out var message))
                {
                    await WriteAsync(message);
                    ArrayPool<byte>.Shared.Return(message.Bytes);
                }
                foreach (var file in files.Values) await file.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: the files are closed properly.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(settings.Directory, e.Message);
        }
        finally
        {
            queue.Writer.TryComplete();
            foreach (var file in files.Values) await file.DisposeAsync();
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        quiet.CancelAfter(LongestQuiet);
        try
        {
            return await queue.Reader.WaitToReadAsync(quiet.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return true;
        }
    }

    private async ValueTask WriteAsync(Message message)
    {
        var now = clock.GetUtcNow();
        if (files.TryGetValue(message.Venue, out var file) && (file.Bytes >= settings.FileBytes || now - file.Opened >= settings.FileAge))
        {
            await file.DisposeAsync();
            files.Remove(message.Venue);
            file = null;
            Prune();
        }
        file ??= files[message.Venue] = CaptureFile.Create(settings.Directory, message.Venue, now, ++opened);
        await file.WriteAsync(message.ReceivedUs, message.Bytes.AsMemory(0, message.Length));
        Interlocked.Increment(ref written);
    }

    /// <summary>The oldest files go when all together are too large.</summary>
    private void Prune()
    {
        long total = 0;
        foreach (var file in new DirectoryInfo(settings.Directory).GetFiles("*.gz").OrderByDescending(f => f.LastWriteTimeUtc))
        {
            total += file.Length;
            if (total > settings.TotalBytes) file.Delete();
        }
    }

    private readonly record struct Message(string Venue, long ReceivedUs, byte[] Bytes, int Length);

    [LoggerMessage(LogLevel.Warning, "Messages come faster than the capture is written: some are left out of it")]
    private partial void LogDropping();

    [LoggerMessage(LogLevel.Error, "The capture in {Directory} ends: {Problem}")]
    private partial void LogFailed(string directory, string problem);
}
