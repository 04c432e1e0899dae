using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// Cuts a connection's bytes into requests. Never allocates what a length announces: the buffer grows with the bytes that
/// have come, at most to twice of them.
/// </summary>
internal sealed class FrameReader(PipeReader input, FrameMemory memory, IFrameHolder holder, int maxFrameBytes, Action progress)
{
    private const int FirstBuffer = 16 << 10;

    private FrameBuffer? _buffer;
    private int _reserved;

    /// <summary>Reads the next request. The memory is valid until <see cref="Release"/>.</summary>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="ProtocolException">A length that no request has.</exception>
    /// <exception cref="FrameMemoryException">No room for it.</exception>
    public async ValueTask<(bool Found, ReadOnlyMemory<byte> Frame)> ReadAsync(CancellationToken cancel)
    {
        var read = await input.ReadAsync(cancel).ConfigureAwait(false);
        while (read.Buffer.Length < 4)
        {
            if (read.IsCompleted)
                return (false, default);
            // A part of a length is half a request already, and has that time-out.
            if (!read.Buffer.IsEmpty)
                progress();
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await input.ReadAsync(cancel).ConfigureAwait(false);
        }
        var length = ReadLength(read.Buffer);
        if (length < 8 || length > maxFrameBytes)
            throw new ProtocolException($"a request has 8 to {maxFrameBytes} bytes", null, 0, "Length", 0, length);

        var received = 0;
        var available = read.Buffer.Slice(4);
        Grow(length, (int)Math.Min(length, available.Length), 0);
        while (true)
        {
            var part = available.Slice(0, Math.Min(available.Length, length - received));
            if (received + part.Length > _buffer!.Capacity)
                Grow(length, received + (int)part.Length, received);
            part.CopyTo(_buffer.GetSpan()[received..]);
            received += (int)part.Length;
            input.AdvanceTo(part.End);
            if (received == length)
                break;
            if (read.IsCompleted)
                return (false, default);
            progress();
            memory.Touch(holder);
            read = await input.ReadAsync(cancel).ConfigureAwait(false);
            available = read.Buffer;
        }
        memory.Complete(holder);
        return (true, _buffer.Memory[..length]);
    }

    /// <summary>Gives the request's memory back.</summary>
    public void Release()
    {
        _buffer?.Free();
        _buffer = null;
        _reserved = 0;
        memory.Release(holder);
    }

    private void Grow(int length, int needed, int received)
    {
        var size = Math.Min(length, Math.Max(FirstBuffer, (int)Math.Min(int.MaxValue, needed * 2L)));
        if (!memory.TryReserve(holder, size - _reserved))
            throw new FrameMemoryException(size);
        _reserved = size;
        var grown = new FrameBuffer(size);
        if (_buffer is { } old)
        {
            old.GetSpan()[..received].CopyTo(grown.GetSpan());
            old.Free();
        }
        _buffer = grown;
    }

    private static int ReadLength(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }
}
