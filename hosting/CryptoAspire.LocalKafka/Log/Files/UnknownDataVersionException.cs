namespace CryptoAspire.LocalKafka.Log;

/// <summary>The data was written by a version that this one does not know. Nothing was changed.</summary>
public sealed class UnknownDataVersionException(string path, string found, string known)
    : IOException($"{path} has data version {found}, this broker knows {known}: use the broker that wrote it or choose another --data.")
{
    /// <summary>The file that says so.</summary>
    public string Path { get; } = path;

    /// <summary>The version found, as text.</summary>
    public string Found { get; } = found;
}
