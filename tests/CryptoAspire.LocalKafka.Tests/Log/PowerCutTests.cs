using System.Text;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class PowerCutTests
{
    /// <summary>LOCALKAFKA_LOG_CUTS sets the power cuts of each mode's half (tests/chaos/localkafka-powercut.sh: 150).</summary>
    private static int Cuts => int.TryParse(Environment.GetEnvironmentVariable("LOCALKAFKA_LOG_CUTS"), out var cuts) ? cuts : 60;

    private const long Producer = 7;

    /// <summary>
    /// Rounds of random work, each ended by a power cut in the middle of some file operation. Everything acknowledged is there
    /// afterwards, and what is there is a prefix of what was appended: nothing torn, nothing twice, nothing out of order.
    /// </summary>
    [Theory]
    [InlineData(FlushMode.Always, 0)]
    [InlineData(FlushMode.Always, 1)]
    [InlineData(FlushMode.Interval, 0)]
    [InlineData(FlushMode.Interval, 1)]
    public async Task Nothing_acknowledged_is_lost_in_a_power_cut_and_the_log_stays_a_prefix(FlushMode mode, int half)
    {
        for (var seed = half * Cuts; seed < half * Cuts + Cuts; seed++)
        {
            try
            {
                await RunAsync(mode, new Random(seed));
            }
            catch (Exception e)
            {
                Assert.Fail($"{mode}, seed {seed}: {e}");
            }
        }
    }

    private static async Task RunAsync(FlushMode mode, Random random)
    {
        var files = new PowerCutFileSystem();
        var appended = new List<string>();
        long acknowledged = 0, startAcknowledged = 0, startAsked = 0;
        var sequence = 0;
        for (var round = 0; round < 4; round++)
        {
            files.CutAfter(random.Next(1, 400));
            var bench = new LogBench(files) { Options = new LogStoreOptions { DataDirectory = "", IndexIntervalBytes = 128, Flush = mode }, Config = new() { ["segment.bytes"] = "1024" } };
            try
            {
                bench.Open();
                Verify();
                while (true)
                {
                    switch (random.Next(12))
                    {
                        case 0:
                            startAsked = Math.Max(startAsked, random.NextInt64(bench.Log.LogStartOffset, bench.Log.HighWatermark + 1));
                            if (bench.Log.DeleteRecordsBefore(startAsked).Error == ErrorCode.None)
                                startAcknowledged = startAsked;
                            break;
                        case 1:
                            await bench.Store.FlushAsync();
                            acknowledged = appended.Count;
                            break;
                        case 2 when random.Next(6) == 0:
                            await bench.Store.DisposeAsync();
                            if (files.IsDead)
                                throw new IOException("cut while closing");
                            acknowledged = appended.Count;
                            bench.Open();
                            Assert.True(bench.Store.Recovery.Clean);
                            Verify();
                            break;
                        default:
                            var count = random.Next(1, 6);
                            var value = $"{appended.Count}:" + new string('x', random.Next(200));
                            for (var i = 0; i < count; i++)
                                appended.Add($"{value}{i}");
                            var result = bench.Log.Append(LogBench.Batch(count, value, producerId: Producer, epoch: 0, sequence: sequence));
                            if (result.Error != ErrorCode.None)
                            {
                                // The write may be on the disk as a whole although it failed: then it counts as appended, not as acknowledged.
                                Assert.True(files.IsDead, result.Message);
                                throw new IOException("cut");
                            }
                            Assert.Equal(appended.Count - count, result.BaseOffset);
                            sequence += count;
                            if (mode == FlushMode.Always && random.Next(2) == 0)
                            {
                                await bench.Log.WaitDurableAsync(result.NextOffset);
                                acknowledged = result.NextOffset;
                            }
                            break;
                    }
                    if (files.IsDead)
                        throw new IOException("cut");
                }
            }
            catch (IOException) when (files.IsDead)
            {
            }
            bench.Store?.Abort();
            files = files.Cut(random);

            void Verify()
            {
                var log = bench.Log;
                Assert.InRange(log.LogStartOffset, startAcknowledged, Math.Max(startAsked, startAcknowledged));
                Assert.InRange(log.HighWatermark, Math.Max(acknowledged, log.LogStartOffset), appended.Count);
                appended.RemoveRange((int)log.HighWatermark, appended.Count - (int)log.HighWatermark);
                Assert.Equal(appended.Select((value, offset) => ((long)offset, value)).Skip((int)log.LogStartOffset), LogBench.ReadValues(log, log.LogStartOffset));
                sequence = appended.Count;
                startAsked = startAcknowledged = log.LogStartOffset;
                acknowledged = appended.Count;
                if (log.ProducerEpoch(Producer) is null)
                    return;
                // The sequence goes on where the log ends, wherever that is now.
                Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, log.Append(LogBench.Batch(1, "gap", producerId: Producer, epoch: 0, sequence: sequence + 1)).Error);
            }
        }
    }

    [Fact]
    public async Task An_unsynced_new_segment_is_worth_nothing_until_its_directory_entry_is_synced()
    {
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var files = new PowerCutFileSystem();
            var bench = new LogBench(files) { Options = new LogStoreOptions { DataDirectory = "", Flush = FlushMode.Always }, Config = new() { ["segment.bytes"] = "1024" } }.Open();
            long acknowledged = 0;
            for (var batch = 0; batch < 30; batch++)
            {
                acknowledged = bench.Append(LogBench.Batch(1, new string('y', 300))).NextOffset;
                await bench.Log.WaitDurableAsync(acknowledged);
            }
            var after = files.Cut(random);
            bench.Store.Abort();
            var again = new LogBench(after).Open();
            Assert.Equal(acknowledged, again.Log.HighWatermark);
            Assert.Equal(30, LogBench.ReadValues(again.Log, 0).Count);
            again.Store.Abort();
        }
    }

    [Fact]
    public async Task A_coordinator_log_keeps_every_acknowledged_entry_through_power_cuts_and_rewrites()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var files = new PowerCutFileSystem();
            var entries = new List<string>();
            var acknowledged = 0;
            List<string>? rewriting = null;
            for (var round = 0; round < 4; round++)
            {
                files.CutAfter(random.Next(5, 120));
                var options = new LogStoreOptions { DataDirectory = "/data", Flush = FlushMode.Always };
                LogStore? store = null;
                try
                {
                    store = LogStore.Open(options, files, new ManualTime(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
                    var log = store.OpenCoordinatorLog("groups");
                    var loaded = log.LoadedEntries.Select(e => Encoding.UTF8.GetString(e.Span)).ToList();
                    var isRewritten = rewriting is not null && loaded.SequenceEqual(rewriting);
                    Assert.True(isRewritten || loaded.Count >= acknowledged && loaded.SequenceEqual(entries.Take(loaded.Count)),
                        $"seed {seed}: loaded {loaded.Count}, acknowledged {acknowledged}, appended {entries.Count}");
                    entries = loaded;
                    rewriting = null;
                    acknowledged = entries.Count;
                    while (true)
                    {
                        if (random.Next(10) == 0)
                        {
                            rewriting = [.. entries.Where(_ => random.Next(2) == 0)];
                            await log.RewriteAsync(rewriting.Select(e => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(e)));
                            (entries, rewriting) = (rewriting, null);
                        }
                        else
                        {
                            var entry = $"{entries.Count}-{random.Next()}-{new string('z', random.Next(100))}";
                            entries.Add(entry);
                            await log.AppendAsync(Encoding.UTF8.GetBytes(entry));
                        }
                        acknowledged = entries.Count;
                    }
                }
                catch (IOException) when (files.IsDead)
                {
                }
                store?.Abort();
                files = files.Cut(random);
            }
        }
    }
}
