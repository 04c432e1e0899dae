using Xunit;

namespace CryptoAspire.Testing;

/// <summary>A test that mounts a small file system; skipped, and says so, where that is not permitted.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    /// <inheritdoc cref="SmallDiskFactAttribute"/>
    public SmallDiskFactAttribute()
    {
        if (!SmallDisk.IsPermitted.Value) Skip = "A file system of its own cannot be mounted here (needs root on Linux).";
    }
}
