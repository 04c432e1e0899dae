using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace CryptoAspire.LocalKafka.Log;

public sealed partial class LogStore
{
    private readonly Lock _adminGate = new();
    private ImmutableSortedDictionary<string, CoordinatorLog> _coordinatorLogs = ImmutableSortedDictionary.Create<string, CoordinatorLog>(StringComparer.Ordinal);
    private Task _unlinking = Task.CompletedTask;

    /// <summary>Creates a topic, durably.</summary>
    /// <param name="name">See <see cref="TopicName"/>.</param>
    /// <param name="partitions">At least 1.</param>
    /// <param name="config">From <see cref="ParseConfig"/>.</param>
    /// <param name="topic">The new topic, or the one that exists already.</param>
    /// <returns>False if it existed.</returns>
    /// <exception cref="ArgumentException">A bad name or count.</exception>
    /// <exception cref="IOException">Disk full, for instance.</exception>
    public bool CreateTopic(string name, int partitions, TopicConfig config, out Topic topic)
    {
        if (!TopicName.IsValid(name))
            throw new ArgumentException($"'{name}' is not a valid topic name.", nameof(name));
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        lock (_adminGate)
        {
            ThrowIfClosed();
            if (_topics.TryGetValue(name, out var existing))
            {
                topic = existing;
                return false;
            }
            // topics.json decides: what follows is made up for at the next start. Should it fail here, the topic is taken back.
            var id = Guid.NewGuid();
            topic = new Topic(name, id, [], config);
            var entries = Entries().Append(new TopicsFile.Entry(name, id, partitions, config.Overrides.ToDictionary()));
            _topicsFile.Write(entries);
            try
            {
                topic = topic with { Partitions = OpenNew(topic, 0, partitions) };
            }
            catch
            {
                _topicsFile.Write(Entries());
                throw;
            }
            Publish(topic);
            LogMessages.TopicCreated(_logger, name, partitions);
            return true;
        }
    }

    /// <summary>Deletes a topic, durably; its files go later, readers that hold some of them go on.</summary>
    /// <returns>False if there is none.</returns>
    public bool DeleteTopic(string name)
    {
        lock (_adminGate)
        {
            ThrowIfClosed();
            if (!_topics.TryGetValue(name, out var topic))
                return false;
            _topicsFile.Write(Entries().Where(e => e.Name != name));
            Volatile.Write(ref _topics, _topics.Remove(name));
            var graves = new List<string>();
            foreach (var partition in topic.Partitions)
            {
                var grave = PartitionDirectory.Graveyard(Options.DataDirectory, name, partition.Partition);
                partition.Delete(grave);
                graves.Add(grave);
            }
            // The offsets of this incarnation must not be taken for those of the next one of that name.
            SaveRecoveryPoints();
            SaveLogStarts();
            _files.SyncDirectory(Options.DataDirectory);
            _unlinking = Task.WhenAll(_unlinking, Task.Run(() => Unlink(graves)));
            LogMessages.TopicDeleted(_logger, name);
            return true;
        }
    }

    /// <summary>Raises the number of partitions, durably.</summary>
    /// <returns>The topic as it is now, null if there is none.</returns>
    /// <exception cref="ArgumentException">Not more than it has.</exception>
    public Topic? AddPartitions(string name, int total)
    {
        lock (_adminGate)
        {
            ThrowIfClosed();
            if (!_topics.TryGetValue(name, out var topic))
                return null;
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(total, topic.Partitions.Count);
            _topicsFile.Write(Entries().Select(e => e.Name == name ? e with { Partitions = total } : e));
            try
            {
                topic = topic with { Partitions = [.. topic.Partitions, .. OpenNew(topic, topic.Partitions.Count, total)] };
            }
            catch
            {
                _topicsFile.Write(Entries());
                throw;
            }
            Publish(topic);
            return topic;
        }
    }

    /// <summary>Replaces a topic's settings, durably; they hold for its partitions at once.</summary>
    /// <returns>The topic as it is now, null if there is none.</returns>
    public Topic? SetTopicConfig(string name, TopicConfig config)
    {
        lock (_adminGate)
        {
            ThrowIfClosed();
            if (!_topics.TryGetValue(name, out var topic))
                return null;
            _topicsFile.Write(Entries().Select(e => e.Name == name ? e with { Config = config.Overrides.ToDictionary() } : e));
            topic = topic with { Config = config };
            foreach (var partition in topic.Partitions)
                partition.Config = config;
            Publish(topic);
            return topic;
        }
    }

    /// <summary>Opens the log of a coordinator (file <c>&lt;name&gt;.log</c> in the data directory); once per name.</summary>
    /// <exception cref="UnknownDataVersionException">An entry of an unknown version.</exception>
    public CoordinatorLog OpenCoordinatorLog(string name)
    {
        lock (_adminGate)
        {
            ThrowIfClosed();
            if (_coordinatorLogs.ContainsKey(name))
                throw new InvalidOperationException($"The coordinator log {name} is open already.");
            var log = CoordinatorLog.Open(_files, _scheduler, Options.Flush, PathOf(name + ".log"), _logger);
            Volatile.Write(ref _coordinatorLogs, _coordinatorLogs.Add(name, log));
            return log;
        }
    }

    private IEnumerable<TopicsFile.Entry> Entries() =>
        _topics.Values.Select(t => new TopicsFile.Entry(t.Name, t.Id, t.Partitions.Count, t.Config.Overrides.ToDictionary()));

    private void Publish(Topic topic) => Volatile.Write(ref _topics, _topics.SetItem(topic.Name, topic));

    private List<PartitionLog> OpenNew(Topic topic, int from, int to)
    {
        var opened = new List<PartitionLog>();
        try
        {
            CreateDirectories(topic.Name, topic.Id, from, to, onlyMissing: false);
            var tally = new RecoveryTally(_logger);
            for (var p = from; p < to; p++)
            {
                var path = PartitionDirectory.PathOf(Options.DataDirectory, topic.Name, p);
                opened.Add(new PartitionLog(_context, topic.Name, p, topic.Config, new PartitionRecovery(_context.Segments, tally, path, 0, 0, _context.NowMs).Run()));
            }
            return opened;
        }
        catch
        {
            foreach (var log in opened)
                log.Delete(null);
            for (var p = from; p < to; p++)
                _files.DeleteDirectory(PartitionDirectory.PathOf(Options.DataDirectory, topic.Name, p));
            throw;
        }
    }

    private void Unlink(List<string> graves)
    {
        try
        {
            foreach (var grave in graves)
                _files.DeleteDirectory(grave);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogMessages.BackgroundFailed(_logger, "Unlinking a deleted topic (the next start does it)", e);
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closing, this);
}
