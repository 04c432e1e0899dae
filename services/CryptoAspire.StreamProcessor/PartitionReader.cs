using Confluent.Kafka;
using CryptoAspire.Market.Bronze;
using CryptoAspire.ServiceDefaults.Kafka;
using Npgsql;

namespace CryptoAspire.StreamProcessor;

/// <summary>
/// One partition's thread from Kafka to its pipeline: decodes the next batch while the pipeline commits the last, and stops at a full one,
/// which stops the fetching of this partition and of no other.
/// </summary>
internal sealed partial class PartitionReader
{
    private const long NoSeek = long.MinValue;
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly int _partition;
    private readonly PartitionQueue _queue;
    private readonly PartitionPipeline _pipeline;
    private readonly Action<long> _seek;
    private readonly Func<long> _relocate;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _wanted = NoSeek;

    /// <param name="partition">Its number, for the log.</param>
    /// <param name="queue">Its records; the reader disposes of it.</param>
    /// <param name="pipeline">Where they go.</param>
    /// <param name="seek">Moves the consumer.</param>
    /// <param name="relocate">Finds out where to read on when Kafka does not have the offset that is wanted.</param>
    /// <param name="logger">The service's.</param>
    public PartitionReader(int partition, PartitionQueue queue, PartitionPipeline pipeline, Action<long> seek, Func<long> relocate, ILogger logger)
    {
        (_partition, _queue, _pipeline, _seek, _relocate, _logger) = (partition, queue, pipeline, seek, relocate, logger);
        _thread = new Thread(Run) { IsBackground = true, Name = $"bronze {partition}" };
    }

    /// <summary>True when more was there than one poll took.</summary>
    public bool IsBehind { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Go on reading at an offset; from any thread.</summary>
    public void SeekTo(long offset) => Volatile.Write(ref _wanted, offset);

    /// <summary>Asks the thread to end.</summary>
    public void Stop()
    {
        _stop.Set();
        _queue.Interrupt();
    }

    /// <summary>Waits until it has ended; nobody else may read the partition before.</summary>
    public void Join()
    {
        _thread.Join();
        _queue.Dispose();
    }

    private void Run()
    {
        var reader = new BronzeReader();
        PartitionQueue.RecordHandler add = (offset, key, value) => _pipeline.Add(reader, offset, key, value);
        while (!_stop.IsSet)
        {
            try
            {
                if (Volatile.Read(ref _wanted) is var wanted && wanted != NoSeek)
                    Seek(wanted);
                var room = _pipeline.WaitForRoom(PollTimeout);
                if (room == 0)
                    continue;
                IsBehind = _queue.Take(room, PollTimeout, add) == room;
            }
            catch (KafkaException failure) when (failure.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
            {
                Relocate();
            }
            catch (KafkaException failure)
            {
                LogFailure(_partition, failure.Error.Reason);
                _stop.Wait(Pause);
            }
        }
    }

    // Here and not elsewhere: between the seek and the restart this thread takes no record of before.
    private void Seek(long offset)
    {
        _seek(offset);
        _pipeline.Restart(offset);
        Interlocked.CompareExchange(ref _wanted, NoSeek, offset);
    }

    // Retention overtook us, or the topic was made anew: the fence and an incident settle where to go on. Kafka says so once, so this is
    // tried until it is settled.
    private void Relocate()
    {
        while (!_stop.IsSet)
        {
            try
            {
                SeekTo(_relocate());
                return;
            }
            catch (Exception failure) when (failure is KafkaException or NpgsqlException or OperationCanceledException or TimeoutException)
            {
                LogFailure(_partition, failure.Message);
                _stop.Wait(Pause);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} cannot be read: {Reason}")]
    private partial void LogFailure(int partition, string reason);
}
