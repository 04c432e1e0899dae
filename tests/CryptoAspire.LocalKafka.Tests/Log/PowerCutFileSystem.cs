using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka.Tests.Log;

/// <summary>
/// A file system in memory that remembers what was synced. After <see cref="Cut"/> a new one begins with the synced bytes and
/// directory entries and an arbitrary subset of the unsynced ones, the last write torn; the old one refuses everything.
/// </summary>
internal sealed class PowerCutFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Folder> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locked = [];
    private long _operationsLeft = long.MaxValue;
    private long _bytesLeft = long.MaxValue;
    private bool _dead;

    /// <summary>Bytes and entries of one file: what is there, what is durable, and the writes between the two.</summary>
    private sealed class Node
    {
        public readonly Content Now = new();
        public readonly Content Durable = new();
        public readonly List<(long Position, byte[]? Data, long SetLength)> Unsynced = [];

        public void Sync()
        {
            foreach (var (position, data, length) in Unsynced)
            {
                if (data is null)
                    Durable.Resize((int)length);
                else
                    Durable.Write(position, data);
            }
            Unsynced.Clear();
        }
    }

    private sealed class Content
    {
        public byte[] Bytes = [];
        public int Length;

        public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Length);

        public void Write(long position, ReadOnlySpan<byte> data)
        {
            Resize((int)Math.Max(Length, position + data.Length));
            data.CopyTo(Bytes.AsSpan((int)position));
        }

        public void Resize(int length)
        {
            if (length > Bytes.Length)
                Array.Resize(ref Bytes, Math.Max(length, Bytes.Length * 2));
            if (length < Length)
                Bytes.AsSpan(length, Length - length).Clear();
            Length = length;
        }
    }

    private sealed class Folder
    {
        public SortedDictionary<string, Node> Files = new(StringComparer.Ordinal);
        public SortedDictionary<string, Node> Durable = new(StringComparer.Ordinal);
        // Each is atomic: names that go and names that come.
        public List<(string? Gone, string? Come, Node? Node)> Unsynced = [];
        public bool IsDurable;
    }

    public PowerCutFileSystem() => _folders["/"] = new Folder { IsDurable = true };

    /// <summary>Calls that change something, since the beginning.</summary>
    public long Operations { get; private set; }

    /// <summary>The power goes in the middle of the nth changing call from now.</summary>
    public void CutAfter(long operations) => _operationsLeft = operations;

    /// <summary>Bytes that files may still grow by.</summary>
    public long FreeBytes
    {
        get => _bytesLeft;
        set => _bytesLeft = value;
    }

    /// <summary>The next fsync of a file with this extension fails.</summary>
    public string? FailingSync { get; set; }

    public bool IsDead
    {
        get
        {
            lock (_gate)
                return _dead;
        }
    }

    /// <summary>Ends this file system and gives what a machine finds when the power is back.</summary>
    public PowerCutFileSystem Cut(Random random)
    {
        lock (_gate)
        {
            _dead = true;
            var after = new PowerCutFileSystem();
            var nodes = new Dictionary<Node, Node>();
            foreach (var (path, folder) in _folders)
            {
                if (!folder.IsDurable && random.Next(2) == 0)
                    continue;
                if (path != "/" && !after._folders.ContainsKey(Path.GetDirectoryName(path)!))
                    continue;
                var entries = new SortedDictionary<string, Node>(folder.Durable, StringComparer.Ordinal);
                foreach (var (gone, come, node) in Survivors(folder.Unsynced, random))
                {
                    if (gone is not null)
                        entries.Remove(gone);
                    if (come is not null)
                        entries[come] = node!;
                }
                var survived = new Folder { IsDurable = true };
                foreach (var (name, node) in entries)
                {
                    if (!nodes.TryGetValue(node, out var copy))
                        nodes.Add(node, copy = AfterCut(node, random));
                    survived.Files[name] = survived.Durable[name] = copy;
                }
                after._folders[path] = survived;
            }
            return after;
        }
    }

    public IFile Open(string path, bool create)
    {
        lock (_gate)
        {
            Alive();
            var folder = FolderOf(path);
            if (!folder.Files.TryGetValue(Path.GetFileName(path), out var node))
            {
                if (!create)
                    throw new FileNotFoundException(path);
                Change();
                node = folder.Files[Path.GetFileName(path)] = new Node();
                folder.Unsynced.Add((null, Path.GetFileName(path), node));
            }
            return new Handle(this, node, path);
        }
    }

    public bool FileExists(string path)
    {
        lock (_gate)
            return _folders.TryGetValue(Path.GetDirectoryName(path)!, out var folder) && folder.Files.ContainsKey(Path.GetFileName(path));
    }

    public IReadOnlyList<string> FileNames(string directory)
    {
        lock (_gate)
            return _folders.TryGetValue(directory, out var folder) ? [.. folder.Files.Keys] : [];
    }

    public IReadOnlyList<string> DirectoryNames(string directory)
    {
        lock (_gate)
            return [.. _folders.Keys.Where(p => p != "/" && Path.GetDirectoryName(p) == directory).Select(p => Path.GetFileName(p))];
    }

    public void CreateDirectory(string path)
    {
        lock (_gate)
        {
            if (_folders.ContainsKey(path))
                return;
            CreateDirectory(Path.GetDirectoryName(path)!);
            Change();
            _folders[path] = new Folder();
        }
    }

    public void MoveFile(string from, string to)
    {
        lock (_gate)
        {
            Change();
            var folder = FolderOf(from);
            Assert.Equal(Path.GetDirectoryName(from), Path.GetDirectoryName(to));
            folder.Files.Remove(Path.GetFileName(from), out var node);
            folder.Files[Path.GetFileName(to)] = node ?? throw new FileNotFoundException(from);
            folder.Unsynced.Add((Path.GetFileName(from), Path.GetFileName(to), node));
        }
    }

    public void MoveDirectory(string from, string to)
    {
        lock (_gate)
        {
            Change();
            if (!_folders.Remove(from, out var folder))
                throw new DirectoryNotFoundException(from);
            // Either name may be there after a cut; the test of deletion needs the renamed one only when it was synced.
            _folders[to] = folder;
        }
    }

    public void DeleteFile(string path)
    {
        lock (_gate)
        {
            Change();
            if (_folders.TryGetValue(Path.GetDirectoryName(path)!, out var folder) && folder.Files.Remove(Path.GetFileName(path)))
                folder.Unsynced.Add((Path.GetFileName(path), null, null));
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_gate)
        {
            Change();
            _folders.Remove(path);
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Change();
            if (!_folders.TryGetValue(path, out var folder))
                throw new DirectoryNotFoundException(path);
            folder.Durable = new SortedDictionary<string, Node>(folder.Files, StringComparer.Ordinal);
            folder.Unsynced.Clear();
            foreach (var (name, child) in _folders)
                child.IsDurable |= name != "/" && Path.GetDirectoryName(name) == path;
        }
    }

    public IDisposable? TryLock(string path)
    {
        lock (_gate)
            return _locked.Add(path) ? new Unlock(this, path) : null;
    }

    /// <summary>Content of a file.</summary>
    public byte[] ReadAllBytes(string path)
    {
        lock (_gate)
        {
            var node = FolderOf(path).Files[Path.GetFileName(path)];
            return node.Now.Span.ToArray();
        }
    }

    private static IEnumerable<T> Survivors<T>(List<T> operations, Random random) => random.Next(4) switch
    {
        0 => [],
        1 => operations,
        2 => operations.Take(random.Next(operations.Count + 1)),
        _ => operations.Where(_ => random.Next(2) == 0).ToList(),
    };

    private static Node AfterCut(Node node, Random random)
    {
        var after = new Node();
        after.Now.Write(0, node.Durable.Span);
        var survivors = Survivors(node.Unsynced, random).ToList();
        for (var i = 0; i < survivors.Count; i++)
        {
            var (position, data, length) = survivors[i];
            if (data is null)
                after.Now.Resize((int)length);
            else
                after.Now.Write(position, i == survivors.Count - 1 ? data.AsSpan(0, random.Next(data.Length + 1)) : data);
        }
        after.Durable.Write(0, after.Now.Span);
        return after;
    }

    private void Alive()
    {
        if (_dead)
            throw new IOException("The power is off.");
    }

    private void Change()
    {
        Alive();
        Operations++;
        if (--_operationsLeft > 0)
            return;
        _dead = true;
        throw new IOException("The power went off.");
    }

    private Folder FolderOf(string path) =>
        _folders.TryGetValue(Path.GetDirectoryName(path)!, out var folder) ? folder : throw new DirectoryNotFoundException(path);

    private sealed class Unlock(PowerCutFileSystem files, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (files._gate)
                files._locked.Remove(path);
        }
    }

    private sealed class Handle(PowerCutFileSystem files, Node node, string path) : IFile
    {
        public long Length
        {
            get
            {
                lock (files._gate)
                    return node.Now.Length;
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            lock (files._gate)
            {
                files.Alive();
                var count = (int)Math.Clamp(node.Now.Length - position, 0, buffer.Length);
                node.Now.Span.Slice((int)Math.Min(position, node.Now.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            lock (files._gate)
            {
                files.Alive();
                var growth = Math.Max(position + bytes.Length - node.Now.Length, 0);
                var full = growth > files._bytesLeft;
                if (full)
                    bytes = bytes[..(int)Math.Clamp(bytes.Length - (growth - files._bytesLeft), 0, bytes.Length)];
                files._bytesLeft -= Math.Min(growth, files._bytesLeft);
                node.Now.Write(position, bytes);
                node.Unsynced.Add((position, bytes.ToArray(), 0));
                files.Change();
                if (full)
                    throw StorageErrors.DiskFull(path);
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long position)
        {
            var all = new byte[pieces.Sum(p => p.Length)];
            var at = 0;
            foreach (var piece in pieces)
            {
                piece.Span.CopyTo(all.AsSpan(at));
                at += piece.Length;
            }
            Write(all, position);
        }

        public void SetLength(long length)
        {
            lock (files._gate)
            {
                files.Change();
                if (length < node.Now.Length && files._bytesLeft < long.MaxValue / 2)
                    files._bytesLeft += node.Now.Length - length;
                node.Now.Resize((int)length);
                node.Unsynced.Add((0, null, length));
            }
        }

        public void Sync()
        {
            lock (files._gate)
            {
                files.Change();
                if (files.FailingSync is { } extension && path.EndsWith(extension, StringComparison.Ordinal))
                {
                    files.FailingSync = null;
                    throw new IOException("Input/output error");
                }
                node.Sync();
            }
        }

        public void Dispose()
        {
        }
    }
}
