using System.Runtime.InteropServices;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>The machine's file system.</summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    private const int OpenReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC on Linux x64
    private const int OpenReadOnly = 0;

    /// <summary>The only instance: it has no state.</summary>
    public static PhysicalFileSystem Instance { get; } = new();

    private PhysicalFileSystem()
    {
    }

    /// <inheritdoc/>
    public IFile Open(string path, bool create) =>
        new PhysicalFile(File.OpenHandle(path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> FileNames(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory).Select(p => Path.GetFileName(p))] : [];

    /// <inheritdoc/>
    public IReadOnlyList<string> DirectoryNames(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).Select(p => Path.GetFileName(p))] : [];

    /// <inheritdoc/>
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc/>
    public void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void MoveDirectory(string from, string to) => Directory.Move(from, to);

    /// <inheritdoc/>
    public void DeleteFile(string path)
    {
        if (Directory.Exists(Path.GetDirectoryName(path)))
            File.Delete(path);
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        // Windows journals directory entries and has no such call.
        if (OperatingSystem.IsWindows())
            return;
        // .NET opens no handle on a directory. O_DIRECTORY has another value on other architectures, plain O_RDONLY is enough there.
        var flags = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? OpenReadOnlyDirectoryCloseOnExec : OpenReadOnly;
        var descriptor = open(path, flags);
        if (descriptor < 0)
            throw Failure("open", path);
        try
        {
            if (fsync(descriptor) != 0)
                throw Failure("fsync", path);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix: the kernel drops it with the process, however that died.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && !StorageErrors.IsDiskFull(e))
        {
            return null;
        }
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of directory {path} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);
}
