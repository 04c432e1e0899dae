using System.Collections.Concurrent;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(FlushMode.Always)]
    [InlineData(FlushMode.Interval)]
    public async Task Many_appenders_and_readers_agree_while_segments_roll_and_retention_runs(FlushMode mode)
    {
        const int Appenders = 6, Readers = 4, Batches = 300;
        await using var bench = new LogBench
        {
            Options = new LogStoreOptions { DataDirectory = "", Flush = mode, MaxOpenSegmentFiles = 3, IndexIntervalBytes = 256 },
            Config = new() { ["segment.bytes"] = "8192", ["retention.bytes"] = "65536", ["retention.ms"] = "-1" },
        }.Open();
        var log = bench.Log;
        var written = new ConcurrentDictionary<long, string>();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAllAsync())).ToList();
        var janitor = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                bench.Store.RunRetention();
                await bench.Store.FlushAsync();
                await Task.Delay(5);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(a => Task.Run(async () =>
        {
            for (var i = 0; i < Batches; i++)
            {
                var value = $"{a}:{i}:{new string('w', i % 300)}";
                var result = bench.Append(LogBench.Batch(2, value, producerId: a, epoch: 0, sequence: i * 2));
                written[result.BaseOffset] = value + "0";
                written[result.BaseOffset + 1] = value + "1";
                await log.WaitDurableAsync(result.NextOffset);
            }
        })));
        var ends = await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        await done.CancelAsync();
        await janitor;
        Assert.All(ends, end => Assert.Equal(Appenders * Batches * 2, end));
        Assert.Equal(Appenders * Batches * 2, written.Count);
        bench.Store.RunRetention();
        Assert.True(log.LogStartOffset > 0);
        foreach (var (offset, value) in LogBench.ReadValues(log, log.LogStartOffset))
            Assert.Equal(written[offset], value);
        bench.ReopenAfterCrash();
        Assert.Equal(Appenders * Batches * 2, bench.Log.HighWatermark);

        async Task<long> ReadAllAsync()
        {
            var waiter = new Waiter();
            log.OnProgress(waiter);
            long offset = 0;
            while (offset < Appenders * Batches * 2)
            {
                var news = waiter.Next();
                using var read = log.Read(offset, 3000, true, Isolation.ReadCommitted);
                if (read.Error == ErrorCode.OffsetOutOfRange)
                {
                    offset = read.LogStartOffset;
                    continue;
                }
                Assert.Equal(ErrorCode.None, read.Error);
                if (read.Length == 0)
                {
                    // No lost wake-up: there is no other way out of here.
                    await news.WaitAsync(TimeSpan.FromSeconds(30));
                    continue;
                }
                var bytes = new byte[read.Length];
                read.CopyTo(bytes);
                for (var at = 0; at < bytes.Length;)
                {
                    RecordBatchHeader.TryRead(bytes.AsSpan(at), out var header);
                    Assert.Equal(RecordBatchProblem.None, RecordBatch.Validate(bytes.AsSpan(at, (int)header.TotalSize), out _));
                    Assert.Equal(offset, header.BaseOffset);
                    offset = header.NextOffset;
                    at += (int)header.TotalSize;
                }
            }
            log.RemoveListener(waiter);
            return offset;
        }
    }

    [Fact]
    public async Task Appends_that_wait_share_an_fsync()
    {
        await using var bench = new LogBench { Options = new LogStoreOptions { DataDirectory = "", Flush = FlushMode.Always }, Config = new() { ["segment.bytes"] = "10485760" } }.Open();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await bench.Log.WaitDurableAsync(bench.Append(LogBench.Batch()).NextOffset);
        })));
        Assert.Equal(64 * 20, bench.Log.HighWatermark);
        Assert.InRange(bench.Store.Counters.Syncs, 20, 64 * 20 / 2);
    }

    [Fact]
    public async Task A_marker_and_a_deletion_wake_those_who_wait()
    {
        await using var bench = new LogBench().Open();
        bench.Append(LogBench.Batch(producerId: 1, epoch: 0, sequence: 0, transactional: true));
        var listener = new TopicTests.Listener();
        bench.Log.OnProgress(listener);
        bench.Log.OnProgress(listener);
        bench.Log.AppendMarker(1, 0, true, 0);
        Assert.Equal(1, listener.Count);
        bench.Log.Append(default); // refused: no news
        Assert.Equal(1, listener.Count);
        var log = bench.Log;
        bench.Store.DeleteTopic(LogBench.TopicName);
        Assert.Equal(2, listener.Count);
        log.RemoveListener(listener);
    }

    private sealed class Waiter : IProgressListener
    {
        private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes with the first news after this call.</summary>
        public Task Next()
        {
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _news, fresh);
            return fresh.Task;
        }

        public void OnProgress(PartitionLog partition) => Volatile.Read(ref _news).TrySetResult();
    }
}
