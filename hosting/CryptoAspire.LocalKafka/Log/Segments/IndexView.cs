namespace CryptoAspire.LocalKafka.Log;

/// <summary>The entries of an <see cref="IndexTable"/> at one moment.</summary>
internal readonly struct IndexView(byte[]? memory, SharedFile? file, int entrySize, int count) : IDisposable
{
    public int Count => count;

    public void Read(int index, Span<byte> entry)
    {
        if (memory is not null)
        {
            memory.AsSpan(index * entrySize, entrySize).CopyTo(entry);
            return;
        }
        if (file!.File.Read(entry[..entrySize], (long)index * entrySize) != entrySize)
            throw new EndOfStreamException($"Index entry {index} is cut short.");
    }

    public void ReadAll(Span<byte> entries)
    {
        entries = entries[..(count * entrySize)];
        if (memory is not null)
        {
            memory.AsSpan(0, entries.Length).CopyTo(entries);
            return;
        }
        for (var done = 0; done < entries.Length;)
        {
            var read = file!.File.Read(entries[done..], done);
            if (read == 0)
                throw new EndOfStreamException("The index is cut short.");
            done += read;
        }
    }

    public void Dispose() => file?.Release();
}
