using System.Buffers;
using System.Text;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Log;

/// <summary>A data directory of its own with one topic "t", a clock that stands still, and short ways to batches.</summary>
internal sealed class LogBench : IAsyncDisposable
{
    public const string TopicName = "t";

    private readonly bool _ownsDirectory;

    public LogBench(IFileSystem? files = null, string? directory = null)
    {
        Files = files;
        _ownsDirectory = files is null && directory is null;
        Directory = directory ?? (files is null ? System.IO.Directory.CreateTempSubdirectory("localkafka-log-").FullName : "/data");
    }

    public IFileSystem? Files { get; }

    public string Directory { get; }

    public ManualTime Time { get; } = new();

    public LogStore Store { get; private set; } = null!;

    public PartitionLog Log => Store.TryGetPartition(TopicName, 0, out var log) ? log : throw new InvalidOperationException("no partition");

    public string PartitionDirectory => Path.Combine(Directory, $"{TopicName}-0");

    public LogStoreOptions Options { get; init; } = new() { DataDirectory = "", IndexIntervalBytes = 256 };

    public Dictionary<string, string> Config { get; init; } = new() { ["segment.bytes"] = "4096" };

    public LogBench Open()
    {
        Store = LogStore.Open(Options with { DataDirectory = Directory }, Files, Time, NullLogger.Instance);
        Store.CreateTopic(TopicName, 1, Store.ParseConfig(Config), out _);
        return this;
    }

    public async Task<LogBench> ReopenCleanlyAsync()
    {
        await Store.DisposeAsync();
        return Open();
    }

    public LogBench ReopenAfterCrash()
    {
        Store.Abort();
        return Open();
    }

    public static byte[] Batch(int records = 1, string value = "v", long timestamp = 1_000, long producerId = -1, short epoch = -1, int sequence = -1, bool transactional = false)
    {
        var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = transactional };
        for (var i = 0; i < records; i++)
            builder.Add(timestamp, null, Encoding.UTF8.GetBytes($"{value}{i}"));
        return builder.Build();
    }

    public AppendResult Append(byte[] batch)
    {
        var result = Log.Append(batch);
        Assert.True(result.Error == ErrorCode.None, result.Message);
        return result;
    }

    /// <summary>Everything from an offset on, as the batches are stored.</summary>
    public static List<byte[]> ReadBatches(PartitionLog log, long from, Isolation isolation = Isolation.ReadUncommitted, int maxBytes = 1 << 20)
    {
        var batches = new List<byte[]>();
        while (true)
        {
            using var read = log.Read(from, maxBytes, atLeastOneBatch: true, isolation);
            Assert.Equal(ErrorCode.None, read.Error);
            if (read.Length == 0)
                return batches;
            var bytes = new ArrayBufferWriter<byte>();
            read.CopyTo(bytes);
            for (var rest = bytes.WrittenMemory; rest.Length > 0;)
            {
                Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(rest.Span[..BatchLength(rest.Span)], out var header));
                batches.Add(rest[..(int)header.TotalSize].ToArray());
                from = header.NextOffset;
                rest = rest[(int)header.TotalSize..];
            }
        }
    }

    public static List<(long Offset, string Value)> ReadValues(PartitionLog log, long from, Isolation isolation = Isolation.ReadUncommitted) =>
        [.. ReadBatches(log, from, isolation).Where(b => RecordBatchHeader.TryRead(b, out var header) && !header.IsControl)
            .SelectMany(b => RecordBatchReader.ReadAll(b)).Where(r => r.Offset >= from)
            .Select(r => (r.Offset, Encoding.UTF8.GetString(r.Value!.Value.Span)))];

    public async ValueTask DisposeAsync()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static int BatchLength(ReadOnlySpan<byte> bytes) =>
        RecordBatchHeader.TryRead(bytes, out var header) && header.TotalSize <= bytes.Length ? (int)header.TotalSize : bytes.Length;
}
