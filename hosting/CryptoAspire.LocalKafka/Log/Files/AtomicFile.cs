namespace CryptoAspire.LocalKafka.Log;

/// <summary>Small files that are replaced as a whole: a crash leaves the old or the new content.</summary>
internal static class AtomicFile
{
    private const int MaxLength = 64 * 1024 * 1024;

    public static void Write(IFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        using (var file = files.Open(temporary, create: true))
        {
            file.SetLength(0);
            file.Write(content, 0);
            file.Sync();
        }
        files.MoveFile(temporary, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>The content; null if there is no such file.</summary>
    public static byte[]? Read(IFileSystem files, string path)
    {
        if (!files.FileExists(path))
            return null;
        using var file = files.Open(path, create: false);
        if (file.Length > MaxLength)
            throw new InvalidDataException($"{path} has {file.Length} bytes, expected at most {MaxLength}.");
        var content = new byte[file.Length];
        for (var done = 0; done < content.Length;)
        {
            var read = file.Read(content.AsSpan(done), done);
            if (read == 0)
                return content[..done];
            done += read;
        }
        return content;
    }
}
