namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Fixed-size entries of one index: in memory while its segment is the active one, in a file afterwards. One writer;
/// readers take a <see cref="IndexView"/> without a lock: entries are only added, and published by the count.
/// </summary>
internal sealed class IndexTable(SegmentContext context, string path, int entrySize)
{
    private const int FirstCapacity = 32;

    private byte[]? _memory;
    private int _count;

    public string Path => path;

    public int EntrySize => entrySize;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Entries are in memory: the file is absent or stale.</summary>
    public bool InMemory => Volatile.Read(ref _memory) is not null;

    /// <summary>Starts empty, in memory.</summary>
    public void Clear()
    {
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _memory, new byte[FirstCapacity * entrySize]);
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        var memory = _memory ?? throw new InvalidOperationException($"{path} is not being written.");
        var end = _count * entrySize;
        if (end + entrySize > memory.Length)
        {
            Array.Resize(ref memory, memory.Length * 2);
            Volatile.Write(ref _memory, memory);
        }
        entry.CopyTo(memory.AsSpan(end));
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Reads the file into memory, to go on appending.</summary>
    public void LoadIntoMemory()
    {
        using var view = Open();
        var memory = new byte[Math.Max(view.Count, FirstCapacity) * entrySize];
        view.ReadAll(memory);
        Volatile.Write(ref _memory, memory);
    }

    /// <summary>The entries as they are now, read at once: to look at all of them.</summary>
    public IndexView OpenLoaded()
    {
        using var view = Open();
        var memory = new byte[view.Count * entrySize];
        view.ReadAll(memory);
        return new IndexView(memory, null, entrySize, view.Count);
    }

    /// <summary>Uses the file as it is; false if it is absent or its size is no multiple of an entry.</summary>
    public bool TryAttachFile()
    {
        if (!context.Files.FileExists(path))
            return false;
        var file = context.Cache.Acquire(path);
        try
        {
            var length = file.File.Length;
            if (length % entrySize != 0 || length / entrySize > int.MaxValue)
                return false;
            _memory = null;
            Volatile.Write(ref _count, (int)(length / entrySize));
            return true;
        }
        finally
        {
            file.Release();
        }
    }

    /// <summary>Writes the file, durably but for its directory entry. The entries stay in memory, too.</summary>
    public void Save()
    {
        if (_memory is not { } memory)
            return;
        // By way of another name: somebody may still be reading the old file.
        var temporary = path + ".tmp";
        using (var file = context.Files.Open(temporary, create: true))
        {
            file.SetLength(0);
            file.Write(memory.AsSpan(0, _count * entrySize), 0);
            file.Sync();
        }
        context.Files.MoveFile(temporary, path);
        context.Cache.Remove(path);
    }

    /// <summary>Lets the memory go after <see cref="Save"/>.</summary>
    public void DropMemory() => Volatile.Write(ref _memory, null);

    /// <summary>The entries as they are now.</summary>
    /// <exception cref="FileNotFoundException">The segment was deleted meanwhile.</exception>
    public IndexView Open()
    {
        var count = Count;
        var memory = Volatile.Read(ref _memory);
        return memory is not null || count == 0
            ? new IndexView(memory, null, entrySize, count)
            : new IndexView(null, context.Cache.Acquire(path), entrySize, count);
    }
}
