using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using CryptoAspire.LocalKafka.Server;
using Microsoft.AspNetCore.Connections;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>
/// A connection to the broker's own connection handler through pipes in memory instead of a socket: the same frame loop, parsing,
/// dispatch and handlers, a hundred times as many connections a second.
/// </summary>
internal sealed class PipeClient
{
    private const int Sentinel = 0x5EA1ED;

    // ApiVersions v0, correlation id Sentinel, no client id: its answer says that what was sent before it is done with.
    private static readonly byte[] s_sentinel = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0x5E, 0xA1, 0xED, 0xFF, 0xFF];

    // Inline: a request runs on the sender's thread as far as it can.
    private static readonly PipeOptions s_pipe = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private static long s_connections;

    private readonly Pipe _toBroker = new(s_pipe);
    private readonly Pipe _toClient = new(s_pipe);
    private readonly CancellationTokenSource _left = new();
    private readonly Task _served;

    public PipeClient(KafkaConnectionHandler broker)
    {
        var connection = new DefaultConnectionContext($"pipe-{Interlocked.Increment(ref s_connections)}")
        {
            Transport = new Ends(_toBroker.Reader, _toClient.Writer),
            ConnectionClosed = _left.Token,
        };
        _served = ServeAsync(broker, connection);
    }

    public enum Outcome
    {
        /// <summary>Answered, or handled without an answer (Produce with acks=0).</summary>
        Handled,

        /// <summary>The broker closed the connection.</summary>
        Closed,

        /// <summary>Nothing came within the patience.</summary>
        Waiting,
    }

    /// <summary>Sends a frame (without its length) and waits until the broker is done with it.</summary>
    /// <exception cref="InvalidDataException">The answer is not the answer to this frame.</exception>
    public async Task<Outcome> SendAsync(ReadOnlyMemory<byte> frame, TimeSpan patience)
    {
        var span = _toBroker.Writer.GetSpan(4);
        BinaryPrimitives.WriteInt32BigEndian(span, frame.Length);
        _toBroker.Writer.Advance(4);
        _toBroker.Writer.Write(frame.Span);
        _toBroker.Writer.Write(s_sentinel);
        await _toBroker.Writer.FlushAsync();

        for (var answers = 0; ;)
        {
            var reading = _toClient.Reader.ReadAsync();
            ReadResult read;
            try
            {
                read = reading.IsCompleted ? await reading : await reading.AsTask().WaitAsync(patience);
            }
            catch (TimeoutException)
            {
                return Outcome.Waiting;
            }

            var left = read.Buffer;
            while (TryTake(ref left, out var correlationId))
            {
                if (correlationId == Sentinel)
                {
                    _toClient.Reader.AdvanceTo(left.Start);
                    return Outcome.Handled;
                }

                if (++answers > 1 || frame.Length < 8 || correlationId != BinaryPrimitives.ReadInt32BigEndian(frame.Span[4..]))
                    throw new InvalidDataException($"answer {answers} carries the correlation id {correlationId:x8}");
            }

            _toClient.Reader.AdvanceTo(left.Start, left.End);
            if (read.IsCompleted) return Outcome.Closed;
        }
    }

    /// <summary>Hangs up, whatever is under way, and waits until the broker has let go of the connection.</summary>
    /// <exception cref="TimeoutException">It has not.</exception>
    public async Task LeaveAsync(TimeSpan patience)
    {
        await _toBroker.Writer.CompleteAsync();
        await _left.CancelAsync();
        await _served.WaitAsync(patience);
        _left.Dispose();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out int correlationId)
    {
        correlationId = 0;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out int length) || buffer.Length < 4L + length) return false;
        if (!reader.TryReadBigEndian(out correlationId)) throw new InvalidDataException($"an answer of {length} bytes");
        buffer = buffer.Slice(4L + length);
        return true;
    }

    private async Task ServeAsync(KafkaConnectionHandler broker, DefaultConnectionContext connection)
    {
        // Kestrel does the same at the end of a connection.
        await broker.OnConnectedAsync(connection);
        await _toBroker.Reader.CompleteAsync();
        await _toClient.Writer.CompleteAsync();
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
