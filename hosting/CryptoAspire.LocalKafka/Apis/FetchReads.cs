using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>The partitions of one Fetch and what was read from them last; nothing is copied yet.</summary>
internal sealed class FetchReads : IDisposable
{
    private readonly Broker _broker;
    private readonly FetchRequest _request;
    private readonly int _maxBytes;
    private readonly Isolation _isolation;
    private readonly (string Topic, PartitionRead[] Partitions)[] _topics;
    private bool _failed;

    public FetchReads(Broker broker, FetchRequest request, int largestResponse)
    {
        (_broker, _request) = (broker, request);
        _maxBytes = Math.Clamp(request.MaxBytes, 0, largestResponse);
        _isolation = request.IsolationLevel == 1 ? Isolation.ReadCommitted : Isolation.ReadUncommitted;
        _topics = [.. request.Topics.Select(t => (t.Topic, t.Partitions.Select(_ => new PartitionRead()).ToArray()))];
    }

    public IReadOnlyList<(string Topic, PartitionRead[] Partitions)> Topics => _topics;

    public long RecordBytes { get; private set; }

    /// <summary>Whether to answer now: enough bytes, something to complain about, or nothing to wait for.</summary>
    public bool IsEnough => _failed || RecordBytes >= _request.MinBytes || _request.MaxWaitMs <= 0 || _topics.Length == 0;

    /// <summary>The logs to wait for.</summary>
    public IReadOnlyCollection<PartitionLog> Partitions
    {
        get
        {
            var logs = new HashSet<PartitionLog>();
            foreach (var topic in _request.Topics)
                foreach (var partition in topic.Partitions)
                    if (_broker.Store.TryGetPartition(topic.Topic, partition.Partition, out var log))
                        logs.Add(log);
            return logs;
        }
    }

    /// <summary>Reads all partitions, within the limits; the first one that has anything gives a batch whatever its size.</summary>
    public void Read()
    {
        Dispose();
        RecordBytes = 0;
        _failed = false;
        for (var t = 0; t < _topics.Length; t++)
        {
            var asked = _request.Topics[t];
            for (var p = 0; p < asked.Partitions.Length; p++)
            {
                var result = _topics[t].Partitions[p];
                ReadPartition(asked.Topic, asked.Partitions[p], result);
                RecordBytes += result.Length;
                _failed |= result.Answer.ErrorCode != ErrorCode.None;
            }
        }
    }

    /// <summary>Bytes of the response's body.</summary>
    public int Size(short version)
    {
        var size = FetchResponse.HeaderSize(version) + (int)RecordBytes;
        foreach (var (topic, partitions) in _topics)
        {
            size += FetchResponse.FetchableTopicResponse.HeaderSize(topic);
            foreach (var partition in partitions)
                size += partition.Answer.HeaderSize(version);
        }
        return size;
    }

    public void Dispose()
    {
        foreach (var (_, partitions) in _topics)
            foreach (var partition in partitions)
                partition.Clear();
    }

    private void ReadPartition(string topic, FetchRequest.FetchPartition asked, PartitionRead result)
    {
        var answer = result.Answer;
        answer.PartitionIndex = asked.Partition;
        answer.HighWatermark = answer.LastStableOffset = answer.LogStartOffset = -1;
        answer.AbortedTransactions = null;
        answer.ErrorCode = !_broker.Store.TryGetPartition(topic, asked.Partition, out var log) ? ErrorCode.UnknownTopicOrPartition
            : asked.CurrentLeaderEpoch > Broker.LeaderEpoch ? ErrorCode.UnknownLeaderEpoch
            : ErrorCode.None;
        if (answer.ErrorCode == ErrorCode.None)
        {
            var room = (int)Math.Max(0, Math.Min(asked.PartitionMaxBytes, _maxBytes - RecordBytes));
            var read = log!.Read(asked.FetchOffset, room, atLeastOneBatch: RecordBytes == 0, _isolation);
            result.Read = read;
            (answer.ErrorCode, answer.HighWatermark, answer.LastStableOffset, answer.LogStartOffset) =
                (read.Error, read.HighWatermark, read.LastStableOffset, read.LogStartOffset);
            if (read.AbortedTransactions is { } aborted)
                answer.AbortedTransactions =
                    [.. aborted.Select(a => new FetchResponse.AbortedTransaction { ProducerId = a.ProducerId, FirstOffset = a.FirstOffset })];
        }
        if (answer.ErrorCode != ErrorCode.None)
            _broker.Metrics.Error(answer.ErrorCode);
    }

    /// <summary>One partition's part of the answer.</summary>
    internal sealed class PartitionRead
    {
        public FetchResponse.PartitionData Answer { get; } = new();

        public LogRead? Read { get; set; }

        public int Length => Read?.Length ?? 0;

        public void Clear()
        {
            Read?.Dispose();
            Read = null;
        }
    }
}
