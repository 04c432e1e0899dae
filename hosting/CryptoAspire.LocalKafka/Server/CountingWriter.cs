using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using CryptoAspire.LocalKafka.Telemetry;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// Writes a response right into the connection's pipe: room for the length is left at the front and filled in at the end,
/// which is sound because the pipe shows nothing to the socket before it is flushed.
/// </summary>
/// <param name="sending">Told before every flush: from now on the broker waits for the client.</param>
internal sealed class CountingWriter(PipeWriter output, Tally bytesOut, Action sending) : IBufferWriter<byte>
{
    private Memory<byte> _length;
    private int _count;

    /// <summary>Bytes of the response so far, its length field not counted.</summary>
    public int Count => _count;

    public void Begin()
    {
        _length = output.GetMemory(4)[..4];
        output.Advance(4);
        _count = 0;
    }

    public void End() => Announce(_count);

    /// <summary>Fills the length in before the response is complete, so that it can be flushed in parts.</summary>
    public void Announce(int totalBytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(_length.Span, totalBytes);
        bytesOut.Add(totalBytes + 4);
    }

    public void Advance(int count)
    {
        output.Advance(count);
        _count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    /// <returns>False when the client is gone.</returns>
    public async ValueTask<bool> FlushAsync()
    {
        sending();
        var flushed = await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }
}
