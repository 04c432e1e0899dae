namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>A file's content, decompressed: its beginning can be looked at before it is read, and it ends with an error when it is longer than its bound.</summary>
/// <param name="length32">How long it is, modulo 2³², where the file says so at its end (gzip); what is torn says something else.</param>
internal sealed class ContentStream(Stream inner, long most, uint? length32 = null) : Stream
{
    /// <summary>How much can be looked at: some thousand rows.</summary>
    public const int PeekSize = 256 * 1024;

    private byte[]? peeked;
    private int length, position;
    private long total;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>There is more than can be looked at.</summary>
    public bool IsLonger => length == PeekSize;

    /// <summary>The first bytes; reading begins with them too.</summary>
    /// <exception cref="ImportException">It is damaged, or too long.</exception>
    public ReadOnlyMemory<byte> Peek()
    {
        if (peeked is null)
        {
            peeked = new byte[PeekSize];
            for (int read; length < PeekSize && (read = Take(peeked.AsSpan(length))) > 0;) length += read;
        }
        return peeked.AsMemory(0, length);
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= length) return Take(buffer);
        var some = Math.Min(buffer.Length, length - position);
        peeked.AsSpan(position, some).CopyTo(buffer);
        position += some;
        return some;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        try
        {
            var read = inner.Read(buffer);
            total += read;
            if (read == 0 && buffer.Length > 0 && length32 is { } expected && expected != (uint)total)
                throw new ImportException("it is torn, or several gzip files in one: nothing of it was imported. Unpack it (gunzip) and import what comes out.");
            if (total > most) throw new ImportException($"more than {most >> 20:N0} MiB come out of it, far more than a compressed table has: a bomb, or not a table. Nothing of it was imported.");
            return read;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ImportException($"it cannot be read to its end ({e.Message}). Nothing of it was imported.", e);
        }
    }
}
