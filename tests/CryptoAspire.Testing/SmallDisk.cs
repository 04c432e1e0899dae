namespace CryptoAspire.Testing;

/// <summary>A file system of a few megabytes in memory (tmpfs), mounted in a temporary directory.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;

    private SmallDisk(TemporaryDirectory directory) => _directory = directory;

    /// <summary>Where it is mounted.</summary>
    public string Path => _directory.Path;

    /// <summary>Whether this process may mount; tried once.</summary>
    public static Lazy<bool> IsPermitted { get; } = new(() => Task.Run(async () =>
    {
        try
        {
            await using var disk = await MountAsync(1);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }).GetAwaiter().GetResult());

    /// <summary>Mounts one.</summary>
    /// <exception cref="InvalidOperationException">Not permitted.</exception>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var directory = new TemporaryDirectory("small-disk");
        var (exitCode, output) = await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", directory.Path], TimeSpan.FromSeconds(10));
        if (exitCode == 0) return new SmallDisk(directory);
        directory.Dispose();
        throw new InvalidOperationException(output);
    }

    /// <summary>Takes room away until <see cref="Free"/>.</summary>
    public void Fill(int bytes) => File.WriteAllBytes(Ballast, new byte[bytes]);

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("umount", ["--lazy", Path], TimeSpan.FromSeconds(10));
        _directory.Dispose();
    }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");
}
