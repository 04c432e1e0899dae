using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>The smallest Kafka client there is: one connection, one request at a time. For the command line, the warm-up and tests.</summary>
internal sealed class BrokerClient : IDisposable
{
    private readonly TcpClient _tcp = new() { NoDelay = true };
    private NetworkStream _stream = null!;
    private int _correlationId;

    private BrokerClient()
    {
    }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<BrokerClient> ConnectAsync(string host, int port, CancellationToken cancel)
    {
        var client = new BrokerClient();
        await client._tcp.ConnectAsync(host, port, cancel).ConfigureAwait(false);
        client._stream = client._tcp.GetStream();
        return client;
    }

    /// <summary>Sends a request and reads its response. Bytes fields of the response stay valid.</summary>
    /// <exception cref="IOException">The broker closed the connection.</exception>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, short version, CancellationToken cancel)
        where TRequest : IKafkaMessage<TRequest>
        where TResponse : IKafkaMessage<TResponse>
    {
        var buffer = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), 0);
        buffer.Advance(4);
        var writer = new KafkaWriter(buffer);
        new RequestHeader(TRequest.ApiKey, version, ++_correlationId, "localkafka-cli").Write(writer);
        request.Write(writer, version);
        var frame = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        await _stream.WriteAsync(frame, cancel).ConfigureAwait(false);
        return Read<TResponse>(TRequest.ApiKey, version, await ReadFrameAsync(cancel).ConfigureAwait(false));
    }

    public void Dispose() => _tcp.Dispose();

    private static TResponse Read<TResponse>(ApiKey key, short version, ReadOnlyMemory<byte> frame)
        where TResponse : IKafkaMessage<TResponse>
    {
        var reader = new KafkaReader(frame);
        ResponseHeader.Read(ref reader, key, version);
        return TResponse.Read(ref reader, version);
    }

    private async Task<byte[]> ReadFrameAsync(CancellationToken cancel)
    {
        var length = new byte[4];
        await _stream.ReadExactlyAsync(length, cancel).ConfigureAwait(false);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await _stream.ReadExactlyAsync(frame, cancel).ConfigureAwait(false);
        return frame;
    }
}
