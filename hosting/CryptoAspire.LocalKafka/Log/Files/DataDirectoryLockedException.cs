namespace CryptoAspire.LocalKafka.Log;

/// <summary>The data directory belongs to a live broker.</summary>
public sealed class DataDirectoryLockedException(string directory, int? processId)
    : IOException($"The data directory {directory} is in use by {(processId is { } pid ? $"process {pid}" : "another process")}: stop it or choose another --data.")
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;

    /// <summary>Process id of the holder; null when it left none.</summary>
    public int? ProcessId { get; } = processId;
}
