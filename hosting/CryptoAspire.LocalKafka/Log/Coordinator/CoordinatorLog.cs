using System.Buffers.Binary;
using CryptoAspire.LocalKafka.Protocol;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// A coordinator's durable state: a framed append log that is rewritten when it has grown. A frame is payload length i32, CRC-32C u32
/// of version and payload, version u8 = 1, payload (big-endian). It knows nothing of the payload's meaning. One writer at a time.
/// </summary>
public sealed class CoordinatorLog
{
    private const int HeaderSize = 9;
    private const byte Version = 1;

    /// <summary>Largest payload.</summary>
    public const int MaxPayload = 64 * 1024 * 1024;

    private readonly IFileSystem _files;
    private readonly FlushMode _flush;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly GroupCommit _commit;
    private readonly Lock _gate = new();
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly ReadOnlyMemory<byte>[] _pieces = new ReadOnlyMemory<byte>[2];
    private SharedFile _file;
    private List<ReadOnlyMemory<byte>>? _loaded;
    private long _size;
    private long _written;
    private bool _tornTail;
    private bool _directorySynced;
    private bool _closed;
    private Exception? _failure;

    private CoordinatorLog(IFileSystem files, FlushScheduler scheduler, FlushMode flush, string path, ILogger logger)
    {
        _files = files;
        _flush = flush;
        _path = path;
        _logger = logger;
        _commit = new GroupCommit(scheduler, Flush);
        _file = new SharedFile(files.Open(path, create: true));
    }

    /// <summary>Every entry found when the log was opened, oldest first. Given out once: the memory is let go afterwards.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> LoadedEntries => Interlocked.Exchange(ref _loaded, null) ?? [];

    /// <summary>Size of the file.</summary>
    public long Bytes => Volatile.Read(ref _size);

    /// <summary>Why nothing is appended until the next start: a failed fsync. Null when all is well.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    internal bool HasUnflushed => _commit.Durable < Volatile.Read(ref _written);

    internal static CoordinatorLog Open(IFileSystem files, FlushScheduler scheduler, FlushMode flush, string path, ILogger logger)
    {
        var log = new CoordinatorLog(files, scheduler, flush, path, logger);
        try
        {
            log.Load();
            return log;
        }
        catch
        {
            log.Close();
            throw;
        }
    }

    /// <summary>Appends an entry; completes when it is as durable as the flush mode promises.</summary>
    /// <exception cref="IOException">Not appended (disk full), or not known to be durable.</exception>
    public ValueTask AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
        long position;
        lock (_gate)
        {
            ThrowIfUnusable();
            CutTornTail();
            WriteHeader(_header, payload.Span);
            (_pieces[0], _pieces[1]) = (_header, payload);
            try
            {
                _tornTail = true;
                _file.File.Write(_pieces, _size);
                _tornTail = false;
            }
            catch (IOException)
            {
                TryCutTornTail();
                throw;
            }
            finally
            {
                _pieces[1] = default;
            }
            Volatile.Write(ref _size, _size + HeaderSize + payload.Length);
            position = _written + 1;
            Volatile.Write(ref _written, position);
        }
        return _flush == FlushMode.Interval ? default : _commit.WaitAsync(position, cancellationToken);
    }

    /// <summary>Replaces all entries, atomically and durably.</summary>
    /// <exception cref="IOException">The old entries are still there.</exception>
    public Task RewriteAsync(IEnumerable<ReadOnlyMemory<byte>> entries, CancellationToken cancellationToken = default) =>
        Task.Run(() => Rewrite(entries, cancellationToken), cancellationToken);

    internal Task FlushAsync(CancellationToken cancellationToken) => _commit.RequestAsync().WaitAsync(cancellationToken);

    internal void Close()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _file.Release();
        }
    }

    private void Rewrite(IEnumerable<ReadOnlyMemory<byte>> entries, CancellationToken cancellationToken)
    {
        var temporary = _path + ".tmp";
        lock (_gate)
        {
            ThrowIfUnusable();
            var file = new SharedFile(_files.Open(temporary, create: true));
            var size = 0L;
            try
            {
                file.File.SetLength(0);
                var header = new byte[HeaderSize];
                foreach (var payload in entries)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload);
                    WriteHeader(header, payload.Span);
                    file.File.Write((ReadOnlyMemory<byte>[])[header, payload], size);
                    size += HeaderSize + payload.Length;
                }
                file.File.Sync();
                _files.MoveFile(temporary, _path);
            }
            catch
            {
                file.Release();
                _files.DeleteFile(temporary);
                throw;
            }
            // The new file is the log now. Nothing is durable before its directory entry is: that is the next flush's work if it fails here.
            _file.Release();
            _file = file;
            _tornTail = false;
            Volatile.Write(ref _size, size);
            Volatile.Write(ref _written, _written + 1);
            _directorySynced = false;
            _files.SyncDirectory(Path.GetDirectoryName(_path)!);
            _directorySynced = true;
            _commit.SetDurable(_written);
        }
    }

    private static void WriteHeader(Span<byte> header, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32BigEndian(header, payload.Length);
        header[8] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], Crc32C.Append(Crc32C.Compute(header[8..9]), payload));
    }

    private void Load()
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        var length = _file.File.Length;
        var header = new byte[HeaderSize];
        string? defect = null;
        while (_size < length)
        {
            if (length - _size < HeaderSize || Read(header, _size) < HeaderSize)
            {
                defect = "frame header cut short";
                break;
            }
            var payloadLength = BinaryPrimitives.ReadInt32BigEndian(header);
            if (payloadLength is < 0 or > MaxPayload || payloadLength > length - _size - HeaderSize)
            {
                defect = $"payload length {payloadLength}";
                break;
            }
            var payload = new byte[payloadLength];
            if (Read(payload, _size + HeaderSize) < payloadLength
                || BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)) != Crc32C.Append(Crc32C.Compute(header.AsSpan(8, 1)), payload))
            {
                defect = "wrong checksum";
                break;
            }
            if (header[8] != Version)
                throw new UnknownDataVersionException(_path, header[8].ToString(System.Globalization.CultureInfo.InvariantCulture), "1");
            entries.Add(payload);
            _size += HeaderSize + payloadLength;
        }
        if (defect is not null)
        {
            LogMessages.RecoveryFinding(_logger, $"{_path} truncated from {length} to {_size} bytes: {defect}");
            _file.File.SetLength(_size);
            _file.File.Sync();
        }
        _loaded = entries;
    }

    private int Read(Span<byte> buffer, long position)
    {
        var done = 0;
        while (done < buffer.Length && _file.File.Read(buffer[done..], position + done) is > 0 and var read)
            done += read;
        return done;
    }

    private long Flush()
    {
        SharedFile file;
        long written;
        bool newFile;
        lock (_gate)
        {
            ThrowIfUnusable();
            (file, written, newFile) = (_file, _written, !_directorySynced);
            if (written == _commit.Durable && !newFile)
                return written;
            file.TryAcquire();
        }
        try
        {
            file.File.Sync();
            if (newFile)
            {
                _files.SyncDirectory(Path.GetDirectoryName(_path)!);
                lock (_gate)
                    _directorySynced |= ReferenceEquals(file, _file);
            }
            return written;
        }
        catch (IOException e)
        {
            // As for partitions: after a failed fsync only recovery knows what is on the disk.
            lock (_gate)
                _failure ??= e;
            throw;
        }
        finally
        {
            file.Release();
        }
    }

    private void CutTornTail()
    {
        if (!_tornTail)
            return;
        _file.File.SetLength(_size);
        _tornTail = false;
    }

    private void TryCutTornTail()
    {
        try
        {
            CutTornTail();
        }
        catch (IOException)
        {
            // The next append tries again before it writes anything.
        }
    }

    private void ThrowIfUnusable()
    {
        if (_closed || _failure is not null)
            throw new IOException(_failure?.Message ?? $"{_path} is closed.", _failure);
    }
}
