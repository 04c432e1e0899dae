namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// What the log needs of a file system. It exists because there are two: the machine's (<see cref="PhysicalFileSystem"/>) and the
/// tests' one that loses what was not synced. Creation, renaming and removal of an entry are durable only after
/// <see cref="SyncDirectory"/> of the directory that holds it.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file for reading and writing, and creates it when absent if <paramref name="create"/> is set.</summary>
    /// <exception cref="FileNotFoundException">Absent and not to be created.</exception>
    IFile Open(string path, bool create);

    /// <summary>True if a file of that path exists.</summary>
    bool FileExists(string path);

    /// <summary>Names (without directory) of the files of a directory, in no order; empty if there is no such directory.</summary>
    IReadOnlyList<string> FileNames(string directory);

    /// <summary>Names (without parent) of the directories of a directory, in no order; empty if there is no such directory.</summary>
    IReadOnlyList<string> DirectoryNames(string directory);

    /// <summary>Creates a directory and its parents; nothing happens if it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Renames a file atomically and replaces the target.</summary>
    void MoveFile(string from, string to);

    /// <summary>Renames a directory; the target must not exist. Open files go on working.</summary>
    void MoveDirectory(string from, string to);

    /// <summary>Unlinks a file; nothing happens if it is absent. Open handles go on working.</summary>
    void DeleteFile(string path);

    /// <summary>Unlinks a directory with everything in it; nothing happens if it is absent.</summary>
    void DeleteDirectory(string path);

    /// <summary>Returns when the entries of a directory are on stable storage.</summary>
    void SyncDirectory(string path);

    /// <summary>Takes an exclusive lock that ends with its holder's process; null when somebody else has it.</summary>
    IDisposable? TryLock(string path);
}
