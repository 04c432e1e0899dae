using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace CryptoAspire.Producer.Capture;

/// <summary>One file of a capture. Until it is complete its name ends in <c>.part</c>; a reader can follow it all the same.</summary>
internal sealed class CaptureFile : IAsyncDisposable
{
    private readonly string path;
    private readonly GZipStream zip;
    private byte[] line = new byte[4096];

    private CaptureFile(string path, DateTimeOffset opened)
    {
        this.path = path;
        Opened = opened;
        zip = new GZipStream(new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024), CompressionLevel.Fastest);
    }

    public DateTimeOffset Opened { get; }

    /// <summary>Before compression.</summary>
    public long Bytes { get; private set; }

    /// <param name="number">Of this process; two files can be opened within a millisecond, and names sort as the files were written.</param>
    public static CaptureFile Create(string directory, string venue, DateTimeOffset now, int number)
    {
        Directory.CreateDirectory(directory);
        return new CaptureFile(Path.Combine(directory, $"{venue}-{now.UtcDateTime:yyyyMMdd'T'HHmmss'.'fff}-{Environment.ProcessId}-{number:D6}.gz"), now);
    }

    /// <param name="receivedUs">Unix µs; written in nanoseconds.</param>
    public async ValueTask WriteAsync(long receivedUs, ReadOnlyMemory<byte> message)
    {
        var stamp = $"{receivedUs.ToString(CultureInfo.InvariantCulture)}000 ";
        var length = stamp.Length + message.Length + 1;
        if (line.Length < length) line = new byte[Math.Max(length, 2 * line.Length)];
        Encoding.ASCII.GetBytes(stamp, line);
        message.CopyTo(line.AsMemory(stamp.Length));
        // A line is a message: between the values of JSON a line break is as good as a blank.
        var body = line.AsSpan(stamp.Length, message.Length);
        body.Replace((byte)'\n', (byte)' ');
        body.Replace((byte)'\r', (byte)' ');
        line[length - 1] = (byte)'\n';
        await zip.WriteAsync(line.AsMemory(0, length));
        Bytes += length;
    }

    public Task FlushAsync() => zip.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        await zip.DisposeAsync();
        File.Move(path + ".part", path);
    }
}
