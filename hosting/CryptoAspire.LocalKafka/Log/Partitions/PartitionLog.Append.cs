using System.Buffers.Binary;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Log;

public sealed partial class PartitionLog
{
    // Reused under the lock: the patched header and the untouched rest of the batch, written in one call.
    private readonly byte[] _head = new byte[RecordBatchHeader.Size];
    private readonly ReadOnlyMemory<byte>[] _pieces = new ReadOnlyMemory<byte>[2];
    private bool _tornTail;

    /// <summary>
    /// Appends exactly one record batch (v2) and gives it the next offsets. Not durable on return: see <see cref="WaitDurableAsync"/>.
    /// Never throws for bad input or a failing disk: the error is in the result.
    /// </summary>
    public AppendResult Append(ReadOnlyMemory<byte> batch, AppendOrigin origin = AppendOrigin.Client)
    {
        if (Problem(batch.Span, origin, out var header) is var (error, message) && error != ErrorCode.None)
            return Refused(error, message);
        TransactionMarker? marker = header.IsControl && TransactionMarker.TryRead(batch, out var read) ? read : null;
        AppendResult result;
        lock (_gate)
        {
            result = CheckOpen() ?? CheckProducer(header, origin) ?? AppendLocked(batch, header, marker);
        }
        Announce(result, header.RecordCount, batch.Length);
        return result;
    }

    /// <summary>Ends a producer's transaction in this partition with a control batch and forgets its sequences if the epoch is newer.</summary>
    public AppendResult AppendMarker(long producerId, short producerEpoch, bool commit, int coordinatorEpoch)
    {
        var marker = new TransactionMarker(commit, coordinatorEpoch);
        var batch = marker.ToBatch(producerId, producerEpoch, _context.NowMs);
        RecordBatchHeader.TryRead(batch, out var header);
        AppendResult result;
        lock (_gate)
        {
            result = CheckOpen() ?? (_producers.CheckMarker(producerId, producerEpoch, coordinatorEpoch, out var message) is var error && error != ErrorCode.None
                ? Refused(error, message)
                : AppendLocked(batch, header, marker));
        }
        Announce(result, header.RecordCount, batch.Length);
        if (result.Error == ErrorCode.None)
            _ = _commit.RequestAsync();
        return result;
    }

    private (ErrorCode Error, string? Message) Problem(ReadOnlySpan<byte> batch, AppendOrigin origin, out RecordBatchHeader header)
    {
        header = default;
        var limit = Config.MaxMessageBytes;
        if (batch.Length > limit && origin == AppendOrigin.Client)
            return (ErrorCode.MessageTooLarge, $"The batch has {batch.Length} bytes, max.message.bytes of {Topic} is {limit}.");
        switch (RecordBatch.Validate(batch, out header))
        {
            case RecordBatchProblem.None:
                break;
            case RecordBatchProblem.UnsupportedMagic:
                return (ErrorCode.UnsupportedForMessageFormat, "Only record batches of magic 2 are accepted.");
            case RecordBatchProblem.WrongLength when header.TotalSize >= RecordBatchHeader.Size && header.TotalSize < batch.Length:
                return (ErrorCode.InvalidRecord, "A partition's records must be exactly one batch.");
            case RecordBatchProblem.WrongRecordCount:
                return (ErrorCode.InvalidRecord, $"{header.RecordCount} records contradict the last offset delta {header.LastOffsetDelta}.");
            case RecordBatchProblem.UnknownCompression:
                return (ErrorCode.UnsupportedCompressionType, $"Compression type {(int)header.Compression} is unknown.");
            case RecordBatchProblem.TooShort when batch.IsEmpty:
                return (ErrorCode.InvalidRecord, "There is no batch.");
            case var problem:
                return (ErrorCode.CorruptMessage, $"The batch is corrupt: {problem}.");
        }
        if (header.IsIdempotent ? header.ProducerEpoch < 0 || header.BaseSequence < 0 && !header.IsControl : header.IsTransactional)
            return (ErrorCode.InvalidRecord, "Producer id, epoch, sequence and the transactional flag contradict each other.");
        if (origin == AppendOrigin.Client)
        {
            if (header.IsControl)
                return (ErrorCode.InvalidRecord, "Clients may not write control batches.");
            if (header.IsLogAppendTime && !Config.LogAppendTime)
                return (ErrorCode.InvalidTimestamp, "A producer may not set the timestamp type LogAppendTime.");
        }
        return (ErrorCode.None, null);
    }

    private AppendResult? CheckOpen()
    {
        if (_deleted)
            return Refused(ErrorCode.UnknownTopicOrPartition, $"{this} was deleted.");
        if (_closed || _failure is not null)
            return Refused(ErrorCode.KafkaStorageError, _failure?.Message ?? "The log is closed.");
        return null;
    }

    private AppendResult? CheckProducer(in RecordBatchHeader header, AppendOrigin origin)
    {
        if (!header.IsIdempotent || origin != AppendOrigin.Client)
            return null;
        var error = _producers.Check(header, out var duplicate, out var message);
        if (error != ErrorCode.None)
            return Refused(error, message);
        return duplicate is not { } original ? null
            : new AppendResult(ErrorCode.None, original.BaseOffset, original.LastOffset + 1, Config.LogAppendTime ? original.TimestampMs : -1, _logStartOffset) { IsDuplicate = true };
    }

    private AppendResult AppendLocked(ReadOnlyMemory<byte> batch, in RecordBatchHeader header, TransactionMarker? marker)
    {
        var now = _context.NowMs;
        var config = Config;
        var baseOffset = _nextOffset;
        var stamp = config.LogAppendTime && !header.IsControl;
        var maxTimestamp = stamp ? now : header.MaxTimestamp;
        try
        {
            CutTornTail();
            var active = Active;
            if (active.Size > 0 && (active.Size + batch.Length > config.SegmentBytes || now - active.FirstAppendMs >= config.SegmentMs
                || active.IndexFull || baseOffset + header.LastOffsetDelta - active.BaseOffset > int.MaxValue))
                active = Roll();
            PatchHeader(batch, baseOffset, stamp ? now : null);
            _tornTail = true;
            active.Append(_pieces, header, baseOffset, maxTimestamp, batch.Length, now);
            _tornTail = false;
        }
        catch (IOException e)
        {
            LogMessages.AppendFailed(_context.Logger, Topic, Partition, e);
            TryCutTornTail();
            return Refused(ErrorCode.KafkaStorageError, StorageErrors.IsDiskFull(e) ? "The disk is full." : e.Message);
        }
        finally
        {
            _pieces[1] = default;
        }
        Volatile.Write(ref _nextOffset, baseOffset + header.LastOffsetDelta + 1);
        Follow(_producers, Active, header, baseOffset, maxTimestamp, marker, now);
        return new AppendResult(ErrorCode.None, baseOffset, _nextOffset, stamp ? now : -1, _logStartOffset);
    }

    /// <summary>Takes a batch into account in the producer table and the index of aborted transactions; also when it is replayed.</summary>
    internal static void Follow(ProducerStateTable producers, Segment? segment, in RecordBatchHeader header, long baseOffset, long maxTimestamp, TransactionMarker? marker, long nowMs)
    {
        if (!header.IsIdempotent)
            return;
        if (!header.IsControl)
        {
            producers.Apply(header, baseOffset, maxTimestamp, nowMs);
            return;
        }
        if (marker is null)
            return;
        if (producers.ApplyMarker(header.ProducerId, header.ProducerEpoch, marker.Value, baseOffset, nowMs) is { Aborted: true } aborted)
            segment?.Aborted.Append(new TransactionIndex.Entry(aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, producers.FirstOpenOffset ?? baseOffset + 1));
    }

    private void PatchHeader(ReadOnlyMemory<byte> batch, long baseOffset, long? logAppendTime)
    {
        batch.Span[..RecordBatchHeader.Size].CopyTo(_head);
        RecordBatch.Assign(_head, baseOffset, LeaderEpoch);
        if (logAppendTime is { } time)
        {
            // The head alone gets a checksum first; the one of the whole batch replaces it.
            RecordBatch.SetLogAppendTime(_head, time);
            var crc = Crc32C.Append(RecordBatch.ComputeCrc(_head), batch.Span[RecordBatchHeader.Size..]);
            BinaryPrimitives.WriteUInt32BigEndian(_head.AsSpan(RecordBatchHeader.CrcAt), crc);
        }
        _pieces[0] = _head;
        _pieces[1] = batch[RecordBatchHeader.Size..];
    }

    /// <summary>Begins a new segment; the old one is flushed and its indexes are saved in the background.</summary>
    private Segment Roll()
    {
        var snapshot = ProducerSnapshot.Write(_producers);
        var segment = CreateSegment(_context.Segments, _directory, _nextOffset);
        lock (_unsavedSnapshots)
            _unsavedSnapshots.Add((_nextOffset, snapshot));
        Volatile.Write(ref _segments, [.. _segments, segment]);
        _ = _commit.RequestAsync();
        return segment;
    }

    /// <summary>A new, empty segment, whatever a crash may have left under that name.</summary>
    internal static Segment CreateSegment(SegmentContext context, string directory, long baseOffset)
    {
        var segment = new Segment(context, directory, baseOffset);
        segment.Reset();
        segment.Pin(create: true);
        segment.CutTail();
        return segment;
    }

    private void CutTornTail()
    {
        if (!_tornTail)
            return;
        Active.CutTail();
        _tornTail = false;
    }

    private void TryCutTornTail()
    {
        try
        {
            CutTornTail();
        }
        catch (IOException e)
        {
            // The next append tries again before it writes anything.
            LogMessages.AppendFailed(_context.Logger, Topic, Partition, e);
        }
    }

    private void Announce(in AppendResult result, int records, int bytes)
    {
        if (result.Error != ErrorCode.None || result.IsDuplicate)
            return;
        _context.Counters.Appended(records, bytes);
        if (IsReadWhenDurable)
            _ = _commit.RequestAsync(); // also when nobody waits for it (acks=0): readers do
        else
            NotifyListeners();
    }
}
