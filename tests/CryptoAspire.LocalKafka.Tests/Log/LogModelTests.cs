using FsCheck;
using FsCheck.Fluent;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Log;

/// <summary>Any sequence of operations on a partition leaves what the same operations leave on a list of batches.</summary>
public sealed class LogModelTests
{
    private const long Producer = 42;
    private const int Window = 5;

    private enum Kind
    {
        Append,
        AppendAgain,
        AppendWithGap,
        Roll,
        Read,
        DeleteRecords,
        TruncateTail,
        ReopenClean,
        ReopenDirty,
        Flush,
        PowerCut,
    }

    private readonly record struct Step(Kind Kind, int Size);

    private static Arbitrary<Step[]> Steps()
    {
        var kinds = Gen.Frequency(
            (12, Gen.Constant(Kind.Append)), (2, Gen.Constant(Kind.AppendAgain)), (1, Gen.Constant(Kind.AppendWithGap)), (2, Gen.Constant(Kind.Roll)), (3, Gen.Constant(Kind.Read)),
            (1, Gen.Constant(Kind.DeleteRecords)), (1, Gen.Constant(Kind.TruncateTail)), (1, Gen.Constant(Kind.ReopenClean)), (1, Gen.Constant(Kind.ReopenDirty)),
            (1, Gen.Constant(Kind.Flush)), (1, Gen.Constant(Kind.PowerCut)));
        var steps = from kind in kinds from size in Gen.Choose(0, 10_000) select new Step(kind, size);
        return steps.ArrayOf().Resize(60).ToArbitrary();
    }

    [Fact]
    public void Any_sequence_of_operations_equals_a_list() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(120).WithEndSize(60), Prop.ForAll(Steps(), steps =>
        {
            new Model().RunAsync(steps).GetAwaiter().GetResult();
            return true;
        }));

    private sealed class Model
    {
        private readonly List<(byte[] Stored, RecordBatchHeader Header)> _batches = [];
        private PowerCutFileSystem _files = new();
        private LogBench _bench;
        private long _start;
        private long _flushed;
        private bool _producerKnown;

        public Model() => _bench = Bench().Open();

        private long End => _batches.Count == 0 ? 0 : _batches[^1].Header.NextOffset;

        private LogBench Bench() => new(_files)
        {
            Options = new LogStoreOptions { DataDirectory = "", IndexIntervalBytes = 64 },
            Config = new() { ["segment.bytes"] = "1024", ["segment.ms"] = "60000", ["retention.ms"] = "-1" },
        };

        public async Task RunAsync(Step[] steps)
        {
            foreach (var step in steps)
            {
                await DoAsync(step);
                Check();
            }
            _bench.Store.Abort();
        }

        private async Task DoAsync(Step step)
        {
            switch (step.Kind)
            {
                case Kind.Append:
                    Append(step.Size);
                    break;
                case Kind.AppendAgain when _batches.Count > 0 && _producerKnown:
                    // A snapshot keeps one batch of a producer: the four before it are remembered while the log has them.
                    var original = _batches[Math.Max(_batches.Count - 1 - step.Size % Window, 0)];
                    if (original.Header.BaseOffset < long.Parse(LogFiles().First().AsSpan(0, 20), System.Globalization.CultureInfo.InvariantCulture))
                        break;
                    var again = _bench.Log.Append(original.Stored);
                    Assert.Equal((ErrorCode.None, original.Header.BaseOffset, true), (again.Error, again.BaseOffset, again.IsDuplicate));
                    break;
                case Kind.AppendWithGap when _producerKnown:
                    var gap = LogBench.Batch(1, producerId: Producer, epoch: 0, sequence: (int)End + 1 + step.Size);
                    Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, _bench.Log.Append(gap).Error);
                    break;
                case Kind.Roll:
                    _bench.Time.Advance(TimeSpan.FromMinutes(2));
                    var before = _bench.Log.SegmentCount;
                    var filled = _files.ReadAllBytes($"{_bench.PartitionDirectory}/{LogFiles().Last()}").Length > 0;
                    Append(step.Size);
                    Assert.True(!filled || _bench.Log.SegmentCount > before);
                    break;
                case Kind.Read:
                    Read(_start + (End == _start ? 0 : step.Size % (End - _start)), step.Size);
                    break;
                case Kind.DeleteRecords:
                    _start += step.Size % (End - _start + 1);
                    Assert.Equal((ErrorCode.None, _start), _bench.Log.DeleteRecordsBefore(_start));
                    Assert.Equal(ErrorCode.OffsetOutOfRange, _bench.Log.DeleteRecordsBefore(End + 1).Error);
                    break;
                case Kind.TruncateTail:
                    await _bench.Store.FlushAsync();
                    _bench.Store.Abort();
                    CutTail(step.Size);
                    Open();
                    break;
                case Kind.ReopenClean:
                    await _bench.Store.DisposeAsync();
                    Open();
                    Assert.True(_bench.Store.Recovery is { Clean: true, BytesTruncated: 0 });
                    break;
                case Kind.ReopenDirty:
                    _bench.Store.Abort();
                    Open();
                    Assert.True(_bench.Store.Recovery is { Clean: false, BytesTruncated: 0 });
                    break;
                case Kind.Flush:
                    await _bench.Store.FlushAsync();
                    _flushed = End;
                    break;
                case Kind.PowerCut:
                    var dark = _files.Cut(new Random(step.Size));
                    _bench.Store.Abort();
                    _files = dark;
                    Open();
                    Assert.InRange(_bench.Log.HighWatermark, Math.Max(_flushed, _start), Math.Max(End, _start));
                    ForgetFrom(_bench.Log.HighWatermark);
                    break;
            }
        }

        private void Append(int size)
        {
            var batch = LogBench.Batch(1 + size % 5, new string('x', size % 90), 1_000 + size, Producer, 0, (int)End);
            var result = _bench.Append(batch);
            Assert.Equal(End, result.BaseOffset);
            RecordBatch.Assign(batch, result.BaseOffset, 0);
            RecordBatchHeader.TryRead(batch, out var header);
            _batches.Add((batch, header));
            _producerKnown = true;
        }

        private void Read(long offset, int maxBytes)
        {
            using var read = _bench.Log.Read(offset, maxBytes, atLeastOneBatch: true, Isolation.ReadUncommitted);
            var bytes = new byte[read.Length];
            read.CopyTo(bytes);
            var expected = _batches.Where(b => b.Header.LastOffset >= offset).SelectMany(b => b.Stored).ToArray();
            Assert.Equal(expected.Length == 0, bytes.Length == 0);
            Assert.True(bytes.AsSpan().SequenceEqual(expected.AsSpan(0, bytes.Length)));
            var first = _batches.FirstOrDefault(b => b.Header.LastOffset >= offset).Stored?.Length ?? 0;
            Assert.True(bytes.Length <= Math.Max(maxBytes, first));
        }

        private void CutTail(int bytes)
        {
            var last = LogFiles().Last();
            using var file = _files.Open($"{_bench.PartitionDirectory}/{last}", create: false);
            var length = Math.Max(file.Length - bytes % 200, 0);
            file.SetLength(length);
            file.Sync();
            var kept = long.Parse(last.AsSpan(0, 20), System.Globalization.CultureInfo.InvariantCulture);
            foreach (var batch in _batches.Where(b => b.Header.BaseOffset >= kept).ToList())
            {
                if ((length -= batch.Stored.Length) < 0)
                    break;
                kept = batch.Header.NextOffset;
            }
            // The start of the log was saved: offsets never go back below it.
            ForgetFrom(Math.Max(kept, Math.Min(_start, End)));
            if (kept < _start)
                _producerKnown = false;
        }

        private void ForgetFrom(long offset)
        {
            var survivors = _batches.Count(b => b.Header.NextOffset <= offset);
            if (survivors < _batches.Count && _batches[survivors].Header.BaseOffset < offset)
                survivors = _batches.Count(b => b.Header.BaseOffset < offset);
            _batches.RemoveRange(survivors, _batches.Count - survivors);
            // A log that ends below its saved start begins anew there, in the middle of a batch maybe, with no producers.
            if (_batches.Count > 0 && _batches[^1].Header.NextOffset != offset || _batches.Count == 0 && offset > 0)
                Restart(offset);
            _flushed = Math.Min(_flushed, End);
            _producerKnown &= _bench.Log.ProducerEpoch(Producer) is not null || _batches.Count == 0;
        }

        /// <summary>Stands for everything below an offset.</summary>
        private void Restart(long offset)
        {
            _batches.Clear();
            var filler = LogBench.Batch(1);
            RecordBatch.Assign(filler, offset - 1, 0);
            RecordBatchHeader.TryRead(filler, out var header);
            _batches.Add((filler, header));
            _start = offset;
            _producerKnown = false;
        }

        private void Open()
        {
            _bench = Bench().Open();
            _producerKnown &= _bench.Log.ProducerEpoch(Producer) is not null;
        }

        private IEnumerable<string> LogFiles() => _files.FileNames(_bench.PartitionDirectory).Where(n => n.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        /// <summary>Offsets, content through the public surface, and the bytes of the files.</summary>
        private void Check()
        {
            var log = _bench.Log;
            Assert.Equal((_start, End, End), (log.LogStartOffset, log.HighWatermark, log.LastStableOffset));
            var expected = _batches.Where(b => b.Header.LastOffset >= _start).Select(b => b.Stored).ToList();
            Assert.Equal(expected, LogBench.ReadBatches(log, _start));
            Assert.Equal(ErrorCode.OffsetOutOfRange, ErrorAt(End + 1));
            if (_start > 0)
                Assert.Equal(ErrorCode.OffsetOutOfRange, ErrorAt(_start - 1));

            var names = LogFiles().ToList();
            var bytes = names.SelectMany(n => _files.ReadAllBytes($"{_bench.PartitionDirectory}/{n}")).ToArray();
            var stored = _batches.SelectMany(b => b.Stored).ToArray();
            Assert.True(bytes.Length >= expected.Sum(b => b.Length) && stored.AsSpan().EndsWith(bytes));
            Assert.Equal(log.SizeInBytes, bytes.Length);
            foreach (var name in names.Where(n => _files.ReadAllBytes($"{_bench.PartitionDirectory}/{n}").Length > 0))
            {
                RecordBatchHeader.TryRead(_files.ReadAllBytes($"{_bench.PartitionDirectory}/{name}"), out var first);
                Assert.Equal($"{first.BaseOffset:D20}.log", name);
            }
        }

        private ErrorCode ErrorAt(long offset)
        {
            using var read = _bench.Log.Read(offset, 1, true, Isolation.ReadUncommitted);
            return read.Error;
        }
    }
}
