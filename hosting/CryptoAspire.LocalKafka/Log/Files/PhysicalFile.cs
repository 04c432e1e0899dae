using Microsoft.Win32.SafeHandles;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>A file of the operating system through <see cref="RandomAccess"/>: pread, pwrite, pwritev, fsync.</summary>
internal sealed class PhysicalFile(SafeFileHandle handle) : IFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long position) => RandomAccess.Read(handle, buffer, position);

    public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(handle, bytes, position);

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position) => RandomAccess.Write(handle, pieces, position);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
