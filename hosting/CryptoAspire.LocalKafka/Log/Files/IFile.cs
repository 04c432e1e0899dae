namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// An open file with positional I/O. Safe for any number of concurrent readers beside one writer.
/// Bytes written are visible to readers at once and survive a dead process; only <see cref="Sync"/> makes them survive a power cut.
/// </summary>
public interface IFile : IDisposable
{
    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads at most <paramref name="buffer"/>.Length bytes at <paramref name="position"/>; 0 at the end of the file.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all bytes at <paramref name="position"/>. After an exception any part of them may have been written.</summary>
    /// <exception cref="IOException">For instance no space left (see <see cref="StorageErrors.IsDiskFull"/>).</exception>
    void Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>Writes the pieces one after another in one vectored call.</summary>
    /// <exception cref="IOException">As <see cref="Write(ReadOnlySpan{byte},long)"/>.</exception>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position);

    /// <summary>Truncates or extends (with zeros) the file.</summary>
    void SetLength(long length);

    /// <summary>Returns when the file's bytes and length are on stable storage (fsync). The entry in its directory is a separate matter.</summary>
    void Sync();
}
