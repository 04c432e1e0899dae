namespace CryptoAspire.LocalKafka.Log;

/// <summary>Tells kinds of <see cref="IOException"/> apart.</summary>
public static class StorageErrors
{
    private const int NoSpaceLeft = 28;                           // ENOSPC
    private const int QuotaExceeded = 122;                        // EDQUOT
    private const int WindowsDiskFull = unchecked((int)0x80070070); // HRESULT of ERROR_DISK_FULL

    /// <summary>True if the exception says that the disk, or the quota, is full.</summary>
    public static bool IsDiskFull(Exception exception) =>
        exception is IOException { HResult: NoSpaceLeft or QuotaExceeded or WindowsDiskFull };

    /// <summary>An exception that <see cref="IsDiskFull"/> recognises.</summary>
    public static IOException DiskFull(string path) => new($"No space left on device: {path}", NoSpaceLeft);
}
