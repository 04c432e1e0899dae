namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Keeps the files of closed segments open, the least recently used ones up to a limit, so that the number of handles is
/// bounded by partitions and readers and not by data. A file that is evicted or deleted stays usable for those who hold it.
/// </summary>
internal sealed class FileCache(IFileSystem files, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Path, SharedFile File)>> _open = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Path, SharedFile File)> _recent = new();

    /// <summary>The file, opened if need be; the caller releases it.</summary>
    public SharedFile Acquire(string path)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(path, out var node))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }
            else
            {
                node = _recent.AddFirst((path, new SharedFile(files.Open(path, create: false))));
                _open.Add(path, node);
                if (_recent.Count > capacity)
                    Drop(_recent.Last!);
            }
            var file = node.Value.File;
            if (!file.TryAcquire())
                throw new InvalidOperationException($"{path} is cached but closed.");
            return file;
        }
    }

    /// <summary>Forgets one file: it is about to be unlinked or replaced.</summary>
    public void Remove(string path)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(path, out var node))
                Drop(node);
        }
    }

    /// <summary>Forgets the files of a directory.</summary>
    public void RemoveDirectory(string directory)
    {
        lock (_gate)
        {
            foreach (var node in _open.Values.Where(n => Path.GetDirectoryName(n.Value.Path) == directory).ToList())
                Drop(node);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var node in _open.Values.ToList())
                Drop(node);
        }
    }

    private void Drop(LinkedListNode<(string Path, SharedFile File)> node)
    {
        _recent.Remove(node);
        _open.Remove(node.Value.Path);
        node.Value.File.Release();
    }
}
