using System.IO.Compression;

namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>Finds the files that are meant, and opens them: .gz and .zip are told by their first bytes, whatever they are called.</summary>
internal static class HistoryFiles
{
    // Tables shrink to a tenth or a twentieth, those of flat candles to a hundredth; a bomb to a thousandth.
    private const long MostRatio = 250, AlwaysAllowed = 64L << 20;

    private const int BufferSize = 1 << 20;

    /// <summary>The files that were named, and all that are in the folders that were named, sorted by their paths.</summary>
    /// <exception cref="ImportException">A name is neither a file nor a folder.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> names)
    {
        var found = new List<string>();
        foreach (var name in names)
        {
            if (File.Exists(name)) found.Add(Path.GetFullPath(name));
            else if (Directory.Exists(name))
                found.AddRange(Directory.EnumerateFiles(name, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden }).Select(Path.GetFullPath).Order(StringComparer.Ordinal));
            else throw new ImportException($"{name}: there is no such file or folder.");
        }
        return [.. found.Distinct()];
    }

    /// <summary>The contents one after the other; each is closed before the next is opened.</summary>
    /// <exception cref="ImportException">It cannot be read.</exception>
    public static IEnumerable<HistoryContent> Open(string path)
    {
        using var file = Opened(path);
        var kind = Magic(file);
        if (kind != Kind.Zip)
        {
            using var gzip = kind == Kind.Gzip ? new GZipStream(file, CompressionMode.Decompress) : null;
            using var stream = new ContentStream(gzip ?? (Stream)file, kind == Kind.Gzip ? Most(file.Length) : long.MaxValue, kind == Kind.Gzip ? GzipLength(file) : null);
            yield return new HistoryContent(path, "", stream, file.Length, () => file.Position);
            yield break;
        }
        using var zip = Archive(file, path);
        foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
        {
            using var stream = new ContentStream(EntryStream(entry, path), Most(entry.CompressedLength));
            yield return new HistoryContent(path, entry.FullName, stream, file.Length, () => file.Position);
        }
    }

    private static long Most(long compressed) => Math.Max(AlwaysAllowed, compressed * MostRatio);

    private static FileStream Opened(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"{Path.GetFileName(path)}: {e.Message}", e);
        }
    }

    private static ZipArchive Archive(FileStream file, string path)
    {
        try
        {
            return new ZipArchive(file, ZipArchiveMode.Read);
        }
        catch (InvalidDataException e)
        {
            throw new ImportException($"{Path.GetFileName(path)}: the zip is damaged ({e.Message}).", e);
        }
    }

    private static Stream EntryStream(ZipArchiveEntry entry, string path)
    {
        try
        {
            return entry.Open();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new ImportException($"{Path.GetFileName(path)}/{entry.FullName}: the zip's entry cannot be opened ({e.Message}).", e);
        }
    }

    /// <summary>A gzip's last four bytes (RFC 1952, ISIZE): the decompressor itself does not mind a torn file.</summary>
    private static uint GzipLength(FileStream file)
    {
        Span<byte> last = stackalloc byte[4];
        file.Seek(-Math.Min(last.Length, file.Length), SeekOrigin.End);
        file.ReadAtLeast(last, last.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(last);
    }

    private static Kind Magic(FileStream file)
    {
        Span<byte> first = stackalloc byte[4];
        var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return first[..read] switch
        {
            [0x1f, 0x8b, ..] => Kind.Gzip,
            [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6] => Kind.Zip,
            _ => Kind.Plain,
        };
    }

    private enum Kind
    {
        Plain,
        Gzip,
        Zip,
    }
}
