using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// The data directory of a broker, in Kafka's own layout: lock, meta.properties, topics, checkpoints, and one <see cref="PartitionLog"/>
/// a partition. Every member may be called from any thread.
/// </summary>
public sealed partial class LogStore : IAsyncDisposable
{
    private const string CleanMarker = ".kafka_cleanshutdown";

    private readonly IFileSystem _files;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IDisposable _lock;
    private readonly FlushScheduler _scheduler;
    private readonly PartitionContext _context;
    private readonly TopicsFile _topicsFile;
    private readonly OffsetCheckpoint _recoveryPoints;
    private readonly OffsetCheckpoint _logStarts;
    private readonly Lock _checkpointGate = new();
    private ImmutableSortedDictionary<string, Topic> _topics = ImmutableSortedDictionary.Create<string, Topic>(StringComparer.Ordinal);

    private LogStore(LogStoreOptions options, IFileSystem files, TimeProvider time, ILogger logger, IDisposable directoryLock)
    {
        Options = options;
        _files = files;
        _time = time;
        _logger = logger;
        _lock = directoryLock;
        _scheduler = new FlushScheduler(options.FlushThreads);
        var segments = new SegmentContext(files, new FileCache(files, options.MaxOpenSegmentFiles), options.IndexIntervalBytes, options.MaxIndexBytes);
        _context = new PartitionContext(options, segments, _scheduler, time, logger, Counters) { SaveLogStarts = SaveLogStarts };
        _topicsFile = new TopicsFile(files, PathOf("topics.json"));
        _recoveryPoints = new OffsetCheckpoint(files, PathOf("recovery-point-offset-checkpoint"));
        _logStarts = new OffsetCheckpoint(files, PathOf("log-start-offset-checkpoint"));
    }

    /// <summary>What opening found.</summary>
    public RecoveryReport Recovery { get; private set; } = new();

    /// <summary>Identity of this data directory, Kafka's cluster id (22 characters of base64url).</summary>
    public string ClusterId { get; private set; } = "";

    /// <summary>The settings it was opened with.</summary>
    public LogStoreOptions Options { get; }

    /// <summary>Totals for meters.</summary>
    public LogCounters Counters { get; } = new();

    /// <summary>All topics, by name; a snapshot.</summary>
    public IReadOnlyList<Topic> Topics => [.. Volatile.Read(ref _topics).Values];

    /// <summary>What takes no more writes until the next start, each with its reason; empty when all is well.</summary>
    public IReadOnlyList<string> Problems =>
    [
        .. Partitions.Where(p => p.Failure is not null).Select(p => $"{p}: {p.Failure!.Message}"),
        .. Volatile.Read(ref _coordinatorLogs).Where(l => l.Value.Failure is not null).Select(l => $"{l.Key}.log: {l.Value.Failure!.Message}"),
    ];

    private IEnumerable<PartitionLog> Partitions => Volatile.Read(ref _topics).Values.SelectMany(t => t.Partitions);

    /// <summary>Opens the directory, recovers what a crash left and starts flushing and retention.</summary>
    /// <exception cref="DataDirectoryLockedException">A live broker has it.</exception>
    /// <exception cref="UnknownDataVersionException">Written by a version unknown here; nothing was changed.</exception>
    /// <exception cref="InvalidTopicConfigException">A broker default or a stored topic setting is not accepted.</exception>
    /// <exception cref="IOException">Disk full (<see cref="StorageErrors.IsDiskFull"/>) or unreadable.</exception>
    public static LogStore Open(LogStoreOptions options, IFileSystem? fileSystem, TimeProvider time, ILogger logger)
    {
        TopicConfig.Create(new Dictionary<string, string>(), options.TopicDefaults);
        var files = fileSystem ?? PhysicalFileSystem.Instance;
        var directory = Path.GetFullPath(options.DataDirectory);
        options = options with { DataDirectory = directory };
        files.CreateDirectory(directory);
        if (Path.GetDirectoryName(directory) is { } parent)
            files.SyncDirectory(parent);
        var pidPath = Path.Combine(directory, ".lock.pid");
        var held = files.TryLock(Path.Combine(directory, ".lock"))
            ?? throw new DataDirectoryLockedException(directory, int.TryParse(Encoding.ASCII.GetString(AtomicFile.Read(files, pidPath) ?? []), out var pid) ? pid : null);
        LogStore? store = null;
        try
        {
            using (var file = files.Open(pidPath, create: true))
            {
                file.SetLength(0);
                file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
            }
            store = new LogStore(options, files, time, logger, held);
            store.Recover();
            store.StartBackground();
            return store;
        }
        catch (Exception e)
        {
            if (store is not null)
                store.Abort();
            else
                held.Dispose();
            // A parallel loop wraps what one partition met.
            if (e is AggregateException { InnerExceptions: [var only, ..] })
                throw only is IOException ? new IOException(only.Message, only.HResult) : new InvalidDataException(only.Message, only);
            throw;
        }
    }

    /// <summary>Looks a topic up.</summary>
    public bool TryGetTopic(string name, [NotNullWhen(true)] out Topic? topic) => Volatile.Read(ref _topics).TryGetValue(name, out topic);

    /// <summary>Looks a partition up.</summary>
    public bool TryGetPartition(string topic, int partition, [NotNullWhen(true)] out PartitionLog? log)
    {
        log = TryGetTopic(topic, out var found) && partition >= 0 && partition < found.Partitions.Count ? found.Partitions[partition] : null;
        return log is not null;
    }

    /// <summary>Checks topic settings against the broker's defaults.</summary>
    /// <exception cref="InvalidTopicConfigException">Unknown setting or refused value, by name.</exception>
    public TopicConfig ParseConfig(IReadOnlyDictionary<string, string> overrides) => TopicConfig.Create(overrides, Options.TopicDefaults);

    private string PathOf(string name) => Path.Combine(Options.DataDirectory, name);

    private void Recover()
    {
        var started = Stopwatch.GetTimestamp();
        // 1. Whose data, and do we know its version? Nothing is changed before.
        var fresh = !_files.FileExists(PathOf("meta.properties"));
        if (fresh && _files.FileExists(PathOf("topics.json")))
            throw new UnknownDataVersionException(PathOf("meta.properties"), "none", "1");
        var meta = fresh ? MetaProperties.Create() : MetaProperties.Parse(PathOf("meta.properties"), AtomicFile.Read(_files, PathOf("meta.properties")));
        var topics = _topicsFile.Read();
        if (fresh)
            AtomicFile.Write(_files, PathOf("meta.properties"), meta.ToBytes());
        ClusterId = meta.ClusterId;

        // 2. How far was it known to be good?
        var clean = _files.FileExists(PathOf(CleanMarker));
        var recoveryPoints = ReadCheckpoint(_recoveryPoints);
        var logStarts = ReadCheckpoint(_logStarts);

        // 3. Directories of deleted topics go, those of a creation cut short come.
        var tally = new RecoveryTally(_logger);
        SweepDirectories(topics, tally);

        // 4. The partitions.
        var now = _context.NowMs;
        var work = topics.SelectMany(t => Enumerable.Range(0, t.Partitions).Select(p => (Topic: t, Partition: p, Config: ParseConfig(t.Config)))).ToList();
        var logs = new PartitionLog[work.Count];
        Parallel.For(0, work.Count, i =>
        {
            var (topic, partition, config) = work[i];
            var path = PartitionDirectory.PathOf(Options.DataDirectory, topic.Name, partition);
            var point = clean ? long.MaxValue : recoveryPoints.GetValueOrDefault((topic.Name, partition));
            var recovered = new PartitionRecovery(_context.Segments, tally, path, point, logStarts.GetValueOrDefault((topic.Name, partition)), now).Run();
            logs[i] = new PartitionLog(_context, topic.Name, partition, config, recovered);
        });
        var next = 0;
        foreach (var topic in topics)
        {
            _topics = _topics.Add(topic.Name, new Topic(topic.Name, topic.Id, logs[next..(next + topic.Partitions)], ParseConfig(topic.Config)));
            next += topic.Partitions;
        }

        // 5. From here on a crash needs recovery again.
        SaveLogStarts();
        SaveRecoveryPoints();
        if (clean)
        {
            _files.DeleteFile(PathOf(CleanMarker));
            _files.SyncDirectory(Options.DataDirectory);
        }
        Recovery = tally.Report(fresh, clean, topics.Count, Stopwatch.GetElapsedTime(started));
    }

    private Dictionary<(string Topic, int Partition), long> ReadCheckpoint(OffsetCheckpoint checkpoint)
    {
        try
        {
            return checkpoint.Read();
        }
        catch (InvalidDataException e)
        {
            // It only makes recovery look at more, respectively begin at the first file.
            LogMessages.RecoveryFinding(_logger, e.Message);
            return [];
        }
    }

    private void SweepDirectories(List<TopicsFile.Entry> topics, RecoveryTally tally)
    {
        var known = topics.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var name in _files.DirectoryNames(Options.DataDirectory))
        {
            if (name.EndsWith(PartitionDirectory.DeletedSuffix, StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal))
            {
                _files.DeleteDirectory(PathOf(name));
                continue;
            }
            if (!PartitionDirectory.TryParse(name, out var topic, out var partition))
                continue;
            var listed = known.GetValueOrDefault(topic);
            var id = PartitionDirectory.ReadTopicId(_files, PathOf(name));
            if (id is not null && (listed is null || id != PartitionDirectory.Encode(listed.Id)))
            {
                tally.Find($"{name} belongs to a deleted topic and is removed");
                _files.DeleteDirectory(PathOf(name));
            }
            else if (listed is null || partition >= listed.Partitions)
            {
                tally.Find($"{name} belongs to no topic and is left alone");
            }
        }
        foreach (var topic in topics)
            CreateDirectories(topic.Name, topic.Id, 0, topic.Partitions, onlyMissing: true);
    }

    private void CreateDirectories(string topic, Guid id, int from, int to, bool onlyMissing)
    {
        var created = false;
        for (var p = from; p < to; p++)
        {
            var path = PartitionDirectory.PathOf(Options.DataDirectory, topic, p);
            if (onlyMissing && PartitionDirectory.ReadTopicId(_files, path) is not null)
                continue;
            PartitionDirectory.Create(_files, path, id);
            created = true;
        }
        if (created)
            _files.SyncDirectory(Options.DataDirectory);
    }

    private void SaveLogStarts()
    {
        lock (_checkpointGate)
            _logStarts.Write(Partitions.Where(p => p.LogStartOffset > 0).Select(p => (p.Topic, p.Partition, p.LogStartOffset)));
    }

    private void SaveRecoveryPoints()
    {
        lock (_checkpointGate)
        {
            var points = Partitions.Select(p => (Log: p, Point: p.RecoveryPoint)).ToList();
            _recoveryPoints.Write(points.Select(p => (p.Log.Topic, p.Log.Partition, p.Point)));
            foreach (var (log, point) in points)
                log.SavedRecoveryPoint = point;
        }
    }
}
